"""How names of tools are written that people type in lower case."""

from __future__ import annotations

from imports.adapters.local_analyst.vocabulary import bag

WRITTEN = {
    name.casefold(): name
    for name in bag("""
Python JavaScript TypeScript Java Kotlin Ruby PHP Perl Scala Haskell Elixir Clojure MATLAB SQL
Bash Django Flask FastAPI Rails Laravel React Vue Angular Svelte Next.js Node.js Tailwind
Bootstrap PyTorch TensorFlow Jupyter PostgreSQL Postgres MySQL SQLite MongoDB Redis Kafka
Elasticsearch Snowflake BigQuery Docker Kubernetes Terraform Ansible Jenkins GitHub GitLab Git
Linux Ubuntu Debian Fedora AWS Azure Vercel Netlify Supabase Firebase Heroku Cloudflare Figma
Photoshop Lightroom Blender AutoCAD SketchUp Revit Obsidian Evernote Trello Asana Jira
PowerPoint Airtable Zapier Salesforce HubSpot Shopify WordPress Squarespace Webflow QuickBooks
Tableau SPSS Stata Overleaf Zotero Mendeley Duolingo Grammarly Scrivener Spotify Arduino Strava
Garmin Postman Godot QGIS ArcGIS Procreate Midjourney YNAB
""")
}

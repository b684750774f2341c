"""The pages a person meets in local mode: upload an export, watch it, read the soulprint."""

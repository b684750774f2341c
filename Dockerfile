# One image for web and worker; which of them it is, the command says:
#   docker run ... soulprint                               the web, on port 8000
#   docker run ... soulprint python manage.py worker       a worker
#   docker run ... soulprint python manage.py migrate      once, before a new version starts
FROM python:3.11-slim

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1
WORKDIR /srv/soulprint

COPY requirements.lock .
RUN pip install --require-hashes -r requirements.lock

COPY manage.py ./
COPY soulprint soulprint
COPY imports imports
COPY templates templates
RUN SECRET_KEY=build DATABASE_URL=postgres://build python manage.py collectstatic --no-input \
    && useradd --system soulprint && mkdir var && chown soulprint var
USER soulprint

EXPOSE 8000
CMD ["granian", "--interface", "wsgi", "--host", "0.0.0.0", "--port", "8000", "--workers", "2", "--blocking-threads", "2", "--http1-buffer-size", "65536", "--no-ws", "soulprint.wsgi:application"]

# One image for every role: web, worker, beat and migrate differ by their command alone.

FROM python:3.11-slim AS font
WORKDIR /build
COPY requirements-font.lock .
RUN pip install --no-cache-dir --require-hashes --requirement requirements-font.lock
COPY frontend/font.py .
RUN python font.py

FROM node:24-slim AS frontend
WORKDIR /build
COPY frontend/package.json frontend/package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY frontend/ ./
COPY --from=font /build/made made
RUN npm run build

FROM python:3.11-slim AS dependencies
COPY requirements.lock .
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir --require-hashes --requirement requirements.lock

FROM python:3.11-slim
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=pasiflora.settings.production \
    PASIFLORA_VAR=/var/lib/pasiflora
RUN useradd --system --uid 10001 --no-create-home pasiflora \
    && install --directory --owner pasiflora /var/lib/pasiflora
WORKDIR /app
COPY --from=dependencies /venv /venv
COPY manage.py gunicorn.conf.py ./
COPY pasiflora/ pasiflora/
COPY experts/ experts/
COPY tasks/ tasks/
COPY reviews/ reviews/
COPY exports/ exports/
COPY templates/ templates/
COPY --from=frontend /build/dist frontend/dist
# These names have to be set for production settings to load; nothing of them stays in the image.
RUN PASIFLORA_SECRET_KEY=build DATABASE_URL=postgresql:///build REDIS_URL=redis://build/0 \
    PASIFLORA_ALLOWED_HOSTS=build PASIFLORA_EMAIL_URL=consolemail:// \
    PASIFLORA_EVIDENCE_RECIPIENT=age1dusafampg865ktw6uttw5y4wd4qatmyuwhc9grwvu5th7wwzau4s7ddh8r \
    python manage.py collectstatic --no-input --verbosity 0
USER pasiflora
EXPOSE 8000
CMD ["gunicorn", "--bind", "0.0.0.0:8000", "pasiflora.wsgi:application"]

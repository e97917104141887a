# One image for web, worker and beat; they differ only in their command (docker-compose.yml).

FROM python:3.13-slim AS dependencies
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /venv
COPY requirements/base.txt /tmp/base.txt
RUN /venv/bin/pip install --quiet --require-hashes --no-deps -r /tmp/base.txt

FROM python:3.13-slim
RUN useradd --uid 10001 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin amends \
    && install -d -o amends -g amends -m 0700 /data
COPY --from=dependencies /venv /venv
WORKDIR /app
COPY . .
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    AMENDS_DATA=/data \
    AMENDS_STATIC_ROOT=/app/static-collected \
    LOG_FORMAT=json
# Bytecode at build time, because the container's file system is read-only; the keys that settings ask for are made
# for this one step and thrown away with it.
RUN python -m compileall -q /app /venv \
    && AMENDS_DATA=/tmp/build python manage.py collectstatic --no-input --verbosity 0 \
    && rm -rf /tmp/build
USER 10001
VOLUME /data
EXPOSE 8000
CMD ["gunicorn", "config.wsgi", "--bind", "0.0.0.0:8000", "--workers", "2", "--worker-class", "gthread", "--threads", "4", "--worker-tmp-dir", "/dev/shm", "--no-control-socket"]

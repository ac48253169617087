# Khéo in a container. One image serves pages (bin/web), works (bin/worker) and schedules
# (bin/scheduler); docker-compose.yml says how they stand together.
FROM node:24-slim AS assets
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY bin/build_assets.mjs bin/
COPY lms/static_src lms/static_src
RUN node bin/build_assets.mjs

FROM python:3.11-slim AS built
RUN pip install --no-cache-dir uv==0.13.9
WORKDIR /app
COPY pyproject.toml uv.lock ./
COPY packages packages
RUN uv sync --frozen --no-default-groups --no-cache --compile-bytecode
COPY . .
COPY --from=assets /app/build build
RUN .venv/bin/python bin/compile_messages.py \
    && .venv/bin/python manage.py collectstatic --noinput --verbosity 0

FROM python:3.11-slim
RUN useradd --system --uid 10001 --create-home kheo
WORKDIR /app
COPY --from=built /app /app
RUN mkdir -p var/uploads var/beat && chown -R kheo var
USER kheo
ENV HOST=0.0.0.0 PORT=8000 PRODUCTION=1 PYTHONUNBUFFERED=1
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s CMD ["bin/ready"]
CMD ["bin/web"]

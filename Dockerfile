# Two stages: the first builds, with tools and a network; the last runs, with neither compilers nor installers.
# What the lock file says is installed, so two builds of one commit hold the same libraries.
ARG DEBIAN=bookworm-20250520-slim

FROM debian:${DEBIAN} AS build

RUN apt-get update \
 && DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends ca-certificates python3 python3-venv

# The version that the Makefile and uv.lock name; a test compares.
RUN python3 -m venv /opt/uv \
 && /opt/uv/bin/pip install --quiet --disable-pip-version-check --no-cache-dir uv==0.13.9

ENV UV_PYTHON_DOWNLOADS=never \
    UV_COMPILE_BYTECODE=1 \
    UV_LINK_MODE=copy \
    UV_NO_CACHE=1 \
    UV_PROJECT_ENVIRONMENT=/opt/reseau

WORKDIR /src

# First what seldom changes: the libraries.
COPY pyproject.toml uv.lock ./
RUN /opt/uv/bin/uv sync --frozen --quiet --no-dev --no-install-project --python /usr/bin/python3

# Then the program, as the wheel that everybody gets.
COPY README.md LICENSE ./
COPY reseau ./reseau
COPY bots ./bots
COPY migration ./migration
COPY analytics ./analytics
COPY dashboards ./dashboards
RUN /opt/uv/bin/uv build --quiet --wheel --python /usr/bin/python3 --out-dir /dist \
 && /opt/uv/bin/uv pip install --quiet --no-deps --python /opt/reseau/bin/python /dist/*.whl


FROM debian:${DEBIAN}

RUN apt-get update \
 && DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends ca-certificates python3 tzdata \
 && apt-get clean \
 && rm -rf /var/lib/apt/lists/* \
 && groupadd --system --gid 10001 reseau \
 && useradd --system --uid 10001 --gid reseau --no-create-home --home-dir /data --shell /usr/sbin/nologin reseau \
 && mkdir -m 0700 /data \
 && chown reseau:reseau /data

COPY --from=build /opt/reseau /opt/reseau

ENV PATH=/opt/reseau/bin:/usr/local/bin:/usr/bin:/bin \
    PYTHONUNBUFFERED=1 \
    RESEAU_DATA=/data \
    RESEAU_HTTP_HOST=0.0.0.0 \
    RESEAU_HTTP_PORT=8050

USER reseau
WORKDIR /data
VOLUME /data
EXPOSE 8050

HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
  CMD ["python", "-c", "import os, urllib.request; urllib.request.urlopen('http://127.0.0.1:' + os.environ['RESEAU_HTTP_PORT'] + '/healthz', timeout=4)"]

# SIGTERM finishes what is being answered, then leaves with 0; ten seconds are enough for it.
STOPSIGNAL SIGTERM
CMD ["reseau", "serve"]

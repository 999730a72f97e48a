# The hub as an image: docs/deployment.md says how it is run.
# Node.js 22: a better-sqlite3 12 that is compiled with the headers of Node.js 24.19 or later ends the process when it frees a
# statement (github.com/nodejs/node/issues/65446).
ARG BASE=node:22-bookworm-slim

# Compilers for dependencies that are built from source; the image itself has none.
FROM ${BASE} AS tools
RUN apt-get update \
  && apt-get install -y --no-install-recommends python3 make g++ \
  && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY package.json package-lock.json ./

FROM tools AS build
RUN npm ci
COPY tsconfig.json tsconfig.build.json ./
COPY main.ts ./
COPY src ./src
COPY stand-ins ./stand-ins
RUN npm run build

FROM tools AS dependencies
RUN npm ci --omit=dev

FROM ${BASE}
ENV NODE_ENV=production PORT=8080 DATA_DIR=/data
WORKDIR /app
RUN mkdir -m 700 /data && chown node:node /data
COPY --from=dependencies /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY package.json actions.json ./
# The user node, as a number: Kubernetes can tell that it is not root.
USER 1000:1000
VOLUME /data
EXPOSE 8080
# The hub itself takes the signal and ends no process but its own, so it needs no init in front of it.
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/healthz`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "dist/main.js", "serve"]

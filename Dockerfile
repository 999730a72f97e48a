# The hub as an image: docs/deployment.md says how it is run.
ARG BASE=node:24-bookworm-slim

# With .npmrc: no package is compiled, and none's install script runs.
FROM ${BASE} AS packages
WORKDIR /app
COPY .npmrc package.json package-lock.json ./

FROM packages AS build
RUN npm ci
COPY tsconfig.json tsconfig.build.json ./
COPY main.ts ./
COPY src ./src
COPY stand-ins ./stand-ins
RUN npm run build

FROM packages AS dependencies
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

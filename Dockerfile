# The application as an image: node and what it runs, as a user without rights. It needs DATABASE_URL, and
# FLOWLEDGER_KEYS and FLOWLEDGER_MASTER_KEYS, or a volume at /var/lib/flowledger that keeps the keys it makes.
FROM node:20.20.2-bookworm-slim AS build
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY tsconfig.json ./
COPY src src
COPY scripts scripts
COPY web web
RUN npx tsc -b && node web/build.mjs && rm -rf dist/scripts/bench && npm prune --omit=dev

FROM node:20.20.2-bookworm-slim
ENV NODE_ENV=production \
    HOST=0.0.0.0 \
    PORT=3000 \
    FLOWLEDGER_HOME=/var/lib/flowledger
WORKDIR /app
COPY --from=build /build/package.json ./
COPY --from=build /build/node_modules node_modules
COPY --from=build /build/dist dist
RUN install -d -o node -g node -m 0700 /var/lib/flowledger
# node, by number: Kubernetes can tell that it is not root.
USER 1000:1000
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
    CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/health/ready`).then((answer) => process.exit(Number(!answer.ok)), () => process.exit(1))"]
CMD ["node", "--enable-source-maps", "--max-semi-space-size=32", "dist/scripts/start.js"]

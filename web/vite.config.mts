import { defineConfig } from 'vite';

const server = process.env['FLOWLEDGER_URL'] ?? 'http://127.0.0.1:3000';

export default defineConfig({
  base: './', // it also works behind a proxy's prefix
  build: {
    outDir: '../dist/web',
    emptyOutDir: true,
    target: 'es2022',
    assetsInlineLimit: 0, // its policy lets no data: addresses in
    modulePreload: { polyfill: false },
  },
  server: { proxy: { '/v1': server, '/health': server } },
});

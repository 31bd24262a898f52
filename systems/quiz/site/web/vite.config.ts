import { terracePage } from '@terrace/ui/vite'
import react from '@vitejs/plugin-react'
import { defineConfig, loadEnv, type Plugin } from 'vite'

/** Everything but the page itself: names with hashes, kept for good, served from the bucket through the CDN. */
const ASSETS = 'static'

/** While developing: every address that is no file is the page, as NGINX does it. */
const onePage: Plugin = {
  name: 'one-page',
  configureServer(server) {
    server.middlewares.use((request, _response, next) => {
      const path = request.url?.split('?')[0] ?? '/'
      if (!/\.\w+$|^\/(?:@|src\/|node_modules\/|api\/|media\/)/.test(path)) request.url = '/main.html'
      next()
    })
  },
}

/**
 * The quiz's site. `vite build` writes `dist`: `main.html`, which NGINX serves for every page, and `static`, which is
 * put into the bucket. The API is below `/api` of the same host and pictures are below `/media`; while developing both
 * are asked for at `VITE_API_URL`.
 */
export default defineConfig(({ mode }) => {
  const { VITE_API_URL = 'http://127.0.0.1:3000' } = loadEnv(mode, import.meta.dirname)
  return {
    root: import.meta.dirname,
    base: '/',
    plugins: [react(), terracePage({ assets: ASSETS }), onePage],
    server: { proxy: { '/api': { target: VITE_API_URL }, '/media': { target: VITE_API_URL } } },
    build: {
      outDir: 'dist',
      emptyOutDir: true,
      assetsDir: ASSETS,
      rolldownOptions: { input: 'main.html' },
      // A strict content security policy allows neither data: images nor inline scripts.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      cssTarget: ['chrome123', 'safari17.5', 'firefox121'],
      chunkSizeWarningLimit: 700,
    },
  }
})

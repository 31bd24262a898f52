import { terracePage } from '@terrace/ui/vite'
import react from '@vitejs/plugin-react'
import { defineConfig, loadEnv } from 'vite'

/**
 * The site of the items. `vite build` writes `dist`, which NGINX serves as it is. The API is below `/api` of the same
 * host, or where `VITE_API_URL` says when the site is built; while developing that is where it is asked for.
 */
export default defineConfig(({ mode }) => {
  const { VITE_API_URL = 'http://127.0.0.1:8443' } = loadEnv(mode, import.meta.dirname)
  return {
    root: import.meta.dirname,
    base: '/',
    plugins: [react(), terracePage()],
    server: { proxy: { '/api': { target: VITE_API_URL, secure: false } } },
    build: {
      outDir: 'dist',
      emptyOutDir: true,
      // A strict content security policy allows neither data: images nor inline scripts.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      cssTarget: ['chrome123', 'safari17.5', 'firefox121'],
    },
  }
})

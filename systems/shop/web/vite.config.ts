import { terracePage } from '@terrace/ui/vite'
import react from '@vitejs/plugin-react'
import { defineConfig, loadEnv } from 'vite'

/**
 * The store's site. `vite build` writes `dist`, which NGINX serves as it is. The API is below `/api` of the same host;
 * while developing it is asked for at `VITE_API_URL`.
 */
export default defineConfig(({ mode }) => {
  const { VITE_API_URL = 'http://127.0.0.1:8000' } = loadEnv(mode, import.meta.dirname)
  return {
    root: import.meta.dirname,
    base: '/',
    plugins: [react(), terracePage()],
    server: { proxy: { '/api': { target: VITE_API_URL } } },
    build: {
      outDir: 'dist',
      emptyOutDir: true,
      // A strict content security policy allows neither data: images nor inline scripts.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      cssTarget: ['chrome123', 'safari17.5', 'firefox121'],
      chunkSizeWarningLimit: 700,
    },
  }
})

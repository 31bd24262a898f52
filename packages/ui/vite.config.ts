import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'
import { terracePage } from './vite/terrace-page.ts'

/** The catalogue: every component in every state. */
export default defineConfig({
  root: import.meta.dirname,
  plugins: [react(), terracePage()],
  build: { cssTarget: ['chrome123', 'safari17.5', 'firefox121'], assetsInlineLimit: 0 },
})

import formbody from '@fastify/formbody'
import type { App } from './app.ts'

/** Makes routes below `app` take what HTML forms send (`application/x-www-form-urlencoded`), besides JSON. */
export function acceptForms(app: App): void {
  app.register(formbody)
}

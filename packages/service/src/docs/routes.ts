import type { App } from '../http/app.ts'
import type { ApiInfo } from '../http/openapi.ts'
import type { RoutesTable } from '../http/routes-table.ts'

/** What the page may load: its own script and style, and answers from the API that it belongs to. */
const PAGE_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; frame-ancestors 'none'"

/**
 * `/openapi.json`, and `/docs`, where the API can be read and tried in a browser. Both are made when they are first
 * asked for.
 *
 * @param alias  where the document is served besides
 */
export function addDocsRoutes(app: App, info: ApiInfo, routes: RoutesTable, alias?: string): void {
  let document: string | undefined
  for (const path of ['/openapi.json', ...(alias ? [alias] : [])])
    app.get(path, async (_request, reply) => {
      const { openApiDocument } = await import('../http/openapi.ts')
      document ??= JSON.stringify(openApiDocument(info, routes.entries))
      return reply.type('application/json; charset=utf-8').send(document)
    })
  app.get('/docs', async (_request, reply) => {
    const { docsPage } = await import('./page.ts')
    return reply.header('content-security-policy', PAGE_POLICY).type('text/html; charset=utf-8').send(docsPage(info))
  })
  app.get('/docs/docs.css', async (_request, reply) => {
    const { docsStyle } = await import('./style.ts')
    return reply.type('text/css; charset=utf-8').send(docsStyle)
  })
  app.get('/docs/docs.js', async (_request, reply) => {
    const { docsScript } = await import('./script.ts')
    return reply.type('text/javascript; charset=utf-8').send(docsScript)
  })
}

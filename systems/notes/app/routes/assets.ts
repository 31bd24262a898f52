import { type App, notFound } from '@terrace/service'
import type { FastifyRequest } from 'fastify'
import type { Assets } from '../assets/assets.ts'

/** Script, style and icon: their addresses change with their content, so that nobody has to ask twice. */
export function addAssetRoutes(app: App, assets: Assets): void {
  for (const { path, type, content } of assets.files) {
    app.get(path, (_request, reply) =>
      reply.type(type).header('cache-control', 'public, max-age=31536000, immutable').send(content),
    )
  }

  // While tasks are replaced, a page of one version may ask a task of another one: better the other one's than none.
  app.get('/assets/:name', (request: FastifyRequest<{ Params: { name: string } }>, reply) => {
    const [, base, extension] = /^([a-z]+)\.[0-9a-f]{8}\.([a-z]+)$/.exec(request.params.name) ?? []
    const file = assets.files.find(({ path }) => path.startsWith(`/assets/${base}.`) && path.endsWith(`.${extension}`))
    if (!file) throw notFound(`There is nothing at ${request.url.slice(0, 200)}`)
    return reply.type(file.type).header('cache-control', 'no-store').send(file.content)
  })
}

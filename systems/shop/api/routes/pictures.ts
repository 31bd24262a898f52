import type { Logger } from '@terrace/kit'
import { type App, notFound, unavailable } from '@terrace/service'
import * as z from 'zod'
import type { PictureBucket } from '../aws/picture-bucket.ts'
import { catalogue } from '../catalogue.ts'

/** Browsers and NGINX may keep a picture; it keeps its name when it changes, so not for ever. */
const CACHE = 'public, max-age=3600, stale-while-revalidate=86400'

/** `/api/pictures/{slug}.jpeg`: streamed from the private bucket. */
export function addPictureRoutes(app: App, bucket: string, log: Logger): void {
  // Loaded with the first picture: the client of S3 is the largest part of the whole program.
  let loading: Promise<PictureBucket> | undefined
  const pictures = (): Promise<PictureBucket> => {
    loading ??= import('../aws/picture-bucket.ts').then(module => new module.PictureBucket(bucket))
    return loading
  }
  app.addHook('onClose', async () => (await loading)?.close())
  app.get(
    '/api/pictures/:file',
    {
      schema: {
        tags: ['products'],
        summary: "Show a product's picture",
        params: z.object({ file: z.string().max(100) }),
        problems: [404, 503],
      },
    },
    async (request, reply) => {
      const { file } = request.params
      if (!catalogue.some(({ slug }) => file === `${slug}.jpeg`)) throw notFound('Picture not found')
      const picture = await (await pictures()).read(file, request.headers['if-none-match'])
      switch (picture.kind) {
        case 'missing':
          throw notFound('Picture not found')
        case 'unreadable':
          log.warn('a picture could not be read', { file, reason: picture.reason })
          throw unavailable('Pictures cannot be read at the moment; try again')
        case 'unchanged':
          return reply.code(304).header('cache-control', CACHE).send()
        case 'picture':
          if (picture.etag) reply.header('etag', picture.etag)
          return reply
            .header('cache-control', CACHE)
            .header('content-type', 'image/jpeg')
            .header('content-length', picture.bytes)
            .send(picture.body)
      }
    },
  )
}

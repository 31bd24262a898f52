import { type Logger, messageOf } from '@terrace/kit'
import { type App, type Database, idempotencyHeaders, invalid, notFound, Problem, unavailable } from '@terrace/service'
import { countTry, guardTries } from '@terrace/service/accounts'
import { uploadsOf } from '../accounts/limits.ts'
import type { SiteVisitors } from '../accounts/visitors.ts'
import { ownPicture, type StoredPicture } from '../data/pictures.ts'
import type { Tables } from '../data/tables.ts'
import type { CutoutWorker } from '../jobs/cutout-worker.ts'
import type { Media } from '../pictures/media.ts'
import { type Upload, type UploadParts, upload } from '../pictures/upload.ts'
import { idParameter } from '../schemas/common.ts'
import { MAX_PICTURE_BYTES, type Picture, pictureQuerySchema, pictureSchema, pictureTypes } from '../schemas/picture.ts'

const tags = ['pictures']

/** Uploads that one process takes at a time, each of which may be 20 MB in memory. */
const MOST_UPLOADS = 6

/** `/api/pictures`: one's own. */
export function addPictureRoutes(
  root: App,
  database: Database<Tables>,
  parts: UploadParts & {
    readonly visitors: SiteVisitors
    readonly media: Media
    readonly worker: CutoutWorker
    readonly log: Logger
  },
): void {
  const { visitors, media, worker, log } = parts
  let uploads = 0

  const shown = (picture: StoredPicture): Picture => ({
    id: picture.id,
    state: picture.state,
    url: media.pictureUrl(picture),
    cutoutUrl: media.cutoutUrl(picture),
    busy: picture.state === 'queued' && worker.busyUntil !== undefined,
    reason: picture.reason,
  })

  root.get(
    '/api/pictures/:id',
    {
      schema: {
        tags,
        summary: "Show one of one's own pictures, and how far its cut-out is",
        params: idParameter,
        response: { 200: pictureSchema },
        problems: [401, 404],
      },
    },
    async request => {
      const account = await visitors.mustBeLoggedIn(request)
      const picture = await ownPicture(database.db, account.id, request.params.id)
      if (!picture) throw notFound('Picture not found')
      return shown(picture)
    },
  )

  root.register(async (app: App) => {
    app.removeAllContentTypeParsers()
    app.addContentTypeParser([...pictureTypes], { parseAs: 'buffer', bodyLimit: MAX_PICTURE_BYTES }, (_, body, done) =>
      done(null, body),
    )
    app.addContentTypeParser('*', (_request, _body, done) =>
      done(new Problem(415, `The body must be the picture itself (Content-Type: ${pictureTypes.join(', ')})`)),
    )
    // Before the body is read: who may not upload, and what we have no room for, sends nothing.
    app.addHook('onRequest', async (request, reply) => {
      const account = await visitors.mustBeLoggedIn(request)
      const limit = uploadsOf(account.id)
      await guardTries(database, [limit])
      if (uploads >= MOST_UPLOADS) throw unavailable('Many pictures are being uploaded at the moment; try again')
      uploads += 1
      // Until it is answered: the file is in memory for as long.
      reply.raw.once('close', () => {
        uploads -= 1
      })
      await countTry(database, limit)
    })
    app.post(
      '/api/pictures',
      {
        bodyLimit: MAX_PICTURE_BYTES,
        schema: {
          tags,
          summary: 'Upload a picture, and have its background removed',
          querystring: pictureQuerySchema,
          headers: idempotencyHeaders,
          consumes: pictureTypes,
          response: { 202: pictureSchema },
          problems: [401, 403, 413, 415, 429, 503],
        },
      },
      async (request, reply) => {
        const { id: accountId } = await visitors.mustBeLoggedIn(request)
        const { body: file } = request
        if (!Buffer.isBuffer(file) || file.length === 0) throw invalid([{ path: '', message: 'the picture is empty' }])
        const key = request.headers['idempotency-key']
        const type = request.headers['content-type'] ?? ''
        const picture = await store({ accountId, file, type, cutout: request.query.cutout, key })
        if (picture.state === 'queued') worker.wake()
        return reply.code(202).header('location', `/api/pictures/${picture.id}`).send(shown(picture))
      },
    )
  })

  async function store(wanted: Upload): Promise<StoredPicture> {
    try {
      return await upload(parts, wanted)
    } catch (error) {
      if (error instanceof Problem || database.dialect.isUnavailable(error)) throw error
      // What is left is the bucket's.
      log.warn('a picture could not be stored', { error: messageOf(error) })
      throw unavailable('Pictures cannot be stored at the moment; try again')
    }
  }
}

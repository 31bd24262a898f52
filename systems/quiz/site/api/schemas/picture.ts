import { booleanField } from '@terrace/service'
import * as z from 'zod'

/** Pictures that are taken, judged by their content. */
export const pictureTypes = ['image/jpeg', 'image/png', 'image/webp'] as const

/** Largest file, bytes. */
export const MAX_PICTURE_BYTES = 20 * 1024 * 1024

export const pictureStates = ['stored', 'queued', 'working', 'ready', 'failed'] as const

export type PictureState = (typeof pictureStates)[number]

/** A picture as its owner sees it. */
export const pictureSchema = z
  .object({
    id: z.string(),
    state: z.enum(pictureStates).describe('stored: no cut-out was asked for; ready: there is one'),
    url: z.string(),
    cutoutUrl: z.string().nullable(),
    busy: z.boolean().describe('The cut-out waits because the removal service is busy; it is made later'),
    reason: z.string().nullable().describe('Why there is no cut-out, when it failed'),
  })
  .meta({ id: 'Picture' })

export type Picture = z.output<typeof pictureSchema>

/** The query of an upload. */
export const pictureQuerySchema = z.object({
  cutout: booleanField.default(false).describe('Also remove the background'),
})

/** What the removal of backgrounds is up to. */
export const statusSchema = z
  .object({
    cutout: z.object({
      state: z.enum(['open', 'busy']),
      queued: z.int().describe('Pictures whose cut-out is not made yet'),
      until: z.iso.datetime().nullable().describe('When a restriction ends at the latest'),
    }),
  })
  .meta({ id: 'Status' })

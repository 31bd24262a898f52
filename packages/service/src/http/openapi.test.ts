import { seeded, systemClock } from '@terrace/kit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as z from 'zod'
import type { RunningService } from '../life.ts'
import { startPlainService } from '../start-plain.ts'
import { LogLines } from '../testing/log-lines.ts'

const strict = z.strictObject({ name: z.string(), parts: z.array(z.strictObject({ size: z.int() })) })
const lenient = z.object({ name: z.string() })
const answer = z.object({ id: z.int(), made: z.strictObject({ by: z.string() }) })

interface Schema {
  readonly properties: Readonly<Record<string, Schema & { readonly items?: Schema }>>
  readonly additionalProperties?: boolean
}

describe('the description of an API', () => {
  let service: RunningService
  let document: { paths: Record<string, { post: { requestBody: object; responses: Record<string, object> } }> }
  beforeAll(async () => {
    service = await startPlainService(
      {
        info: { title: 'Described', version: '1.0.0', description: 'For tests' },
        variables: {},
        addRoutes(app) {
          const route = (body: z.ZodType) => ({ schema: { summary: 'Make', body, response: { 201: answer } } })
          const make = async () => ({ id: 1, made: { by: 'somebody' } })
          app.post('/strict', route(strict), make)
          app.post('/lenient', route(lenient), make)
        },
      },
      { environment: { PORT: '0' }, clock: systemClock, random: seeded(1), write: new LogLines().write },
    )
    await service.ready
    document = (await (await fetch(`${service.url}/openapi.json`)).json()) as typeof document
  })
  afterAll(() => service?.stop())

  const schemaIn = (part: object | undefined) =>
    (part as { content: { 'application/json': { schema: Schema } } }).content['application/json'].schema
  const bodyOf = (path: string) => schemaIn(document.paths[path]?.post.requestBody)
  const statusFor = async (path: string) => {
    const body = JSON.stringify({ name: 'a', parts: [], more: true })
    const headers = { 'content-type': 'application/json' }
    return (await fetch(service.url + path, { method: 'POST', headers, body })).status
  }

  it('says of a body that unknown fields are refused where the server refuses them, at every depth', async () => {
    expect(await statusFor('/strict')).toBe(422)
    expect(bodyOf('/strict').additionalProperties).toBe(false)
    expect(bodyOf('/strict').properties.parts?.items?.additionalProperties).toBe(false)
  })

  it('does not say so of a body whose unknown fields are ignored', async () => {
    expect(await statusFor('/lenient')).toBe(200)
    expect(bodyOf('/lenient')).not.toHaveProperty('additionalProperties')
  })

  it('promises of no answer that nothing is ever added to it', () => {
    const answered = schemaIn(document.paths['/strict']?.post.responses[201])
    expect(answered.properties).toHaveProperty('made')
    expect(JSON.stringify(answered)).not.toContain('additionalProperties')
  })
})

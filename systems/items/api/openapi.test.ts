import { expect, it } from 'vitest'
import { MemoryItems } from './data/memory-items.ts'
import { startItems } from './testing/running-items.ts'

interface Operation {
  readonly summary?: string
  readonly operationId: string
  readonly parameters: readonly { readonly name: string; readonly in: string; readonly required: boolean }[]
  readonly responses: Readonly<Record<string, unknown>>
}
interface Document {
  readonly openapi: string
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: { readonly schemas: Readonly<Record<string, unknown>> }
}

it('I-01: describes every operation as OpenAPI 3.1, from the schemas that check it, with its refusals', async () => {
  await using items = await startItems(new MemoryItems())
  const document = (await items.client.get('/api/v1/openapi.json')).body as Document
  expect((await items.client.get('/openapi.json')).body).toEqual(document)
  expect(document.openapi).toBe('3.1.0')
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { parameters, responses }]) =>
      [method, path, ...parameters.map(({ name }) => name), ...Object.keys(responses)].join(' '),
    ),
  )
  expect(operations).toEqual([
    'get /livez 200',
    'get /readyz 200 503',
    'get /health 200 503',
    'get /api/v1/items limit cursor q 200 400 422 503',
    'post /api/v1/items idempotency-key 201 400 403 413 415 422 503',
    'get /api/v1/items/{id} id if-none-match 200 304 404 422 503',
    'put /api/v1/items/{id} id if-match 200 400 403 404 412 413 415 422 503',
    'patch /api/v1/items/{id} id if-match 200 400 403 404 412 413 415 422 503',
    'delete /api/v1/items/{id} id if-match 204 403 404 412 422 503',
    'post /api/v1/items/{id}/restore id 200 403 404 422 503',
    'get /api/v1/info 200',
  ])
  const { schemas } = document.components
  expect(Object.keys(schemas).sort()).toEqual(['Info', 'Item', 'ItemPage', 'ItemPatch', 'ItemText', 'Problem'])
  expect(schemas.Item).toMatchObject({
    required: ['id', 'name', 'description', 'createdAt', 'updatedAt', 'version'],
    properties: { id: { type: 'string', format: 'uuid' }, createdAt: { format: 'date-time' } },
  })
  expect(schemas.ItemText).toMatchObject({
    type: 'object',
    required: ['name'],
    properties: {
      name: { type: 'string', minLength: 1, maxLength: 255 },
      description: { type: 'string', maxLength: 10_000, default: '' },
    },
  })
  expect(schemas.ItemPatch).toMatchObject({ minProperties: 1 })
  const optional = Object.values(document.paths).flatMap(methods =>
    Object.values(methods).flatMap(({ parameters }) => parameters.filter(one => one.in !== 'path' && one.required)),
  )
  expect(optional).toEqual([])
  for (const [, id] of JSON.stringify(document).matchAll(/"#\/components\/schemas\/(\w+)"/g))
    expect(schemas).toHaveProperty(String(id))
})

it('I-01: shows it on a page', async () => {
  await using items = await startItems(new MemoryItems())
  const page = await items.client.get('/docs')
  expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8'])
  expect(page.body).toContain('<h1>Items')
})

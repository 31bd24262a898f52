import { databaseKinds } from '@terrace/service/testing'
import { expect, it } from 'vitest'
import { startLibrary } from './testing/running-library.ts'

interface Operation {
  readonly summary?: string
  readonly operationId: string
  readonly responses: Readonly<Record<string, unknown>>
}
interface Document {
  readonly openapi: string
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: { readonly schemas: Readonly<Record<string, unknown>> }
}

it('describes every operation as OpenAPI 3.1, with its refusals (L-04)', async () => {
  const databases = await databaseKinds.find(({ kind }) => kind === 'sqlite')?.start()
  if (!databases) throw new Error('there is no SQLite')
  await using library = await startLibrary(await databases.create())
  const document = (await library.client.get('/openapi.json')).body as Document
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { responses }]) => `${method} ${path} ${Object.keys(responses).join(' ')}`),
  )
  expect(document.openapi).toBe('3.1.0')
  expect(operations).toEqual([
    'get /livez 200',
    'get /readyz 200 503',
    'get /users/ 200 422',
    'post /users/ 201 400 409 413 415 422',
    'get /users/{id} 200 404 422',
    'patch /users/{id} 200 400 404 409 413 415 422',
    'delete /users/{id} 204 404 409 422',
    'get /books/ 200 422',
    'post /books/ 201 400 413 415 422',
    'get /books/{id} 200 404 422',
    'patch /books/{id} 200 400 404 413 415 422',
    'delete /books/{id} 204 404 409 422',
    'post /books/{book_id}/borrow/{user_id} 200 404 409 422',
    'post /books/{book_id}/return/{user_id} 200 404 409 422',
    'get /loans/ 200 422',
    'get /users/{id}/loans 200 404 422',
    'get /books/{id}/loans 200 404 422',
  ])
  expect(Object.keys(document.components.schemas).sort()).toEqual([
    'Book',
    'BookChange',
    'Loan',
    'NewBook',
    'NewUser',
    'Problem',
    'User',
    'UserChange',
  ])
  expect(document.components.schemas.Book).toMatchObject({
    type: 'object',
    required: ['id', 'title', 'author', 'available', 'borrowed_by_id', 'due_date'],
    properties: { due_date: { anyOf: [{ type: 'string', format: 'date' }, { type: 'null' }] } },
  })
  expect(document.components.schemas.NewUser).toMatchObject({
    properties: { name: { type: 'string', minLength: 1, maxLength: 255 } },
  })
  const text = JSON.stringify(document)
  for (const [, id] of text.matchAll(/"#\/components\/schemas\/(\w+)"/g))
    expect(document.components.schemas).toHaveProperty(String(id))
  const ids = Object.values(document.paths).flatMap(methods =>
    Object.values(methods).map(({ operationId }) => operationId),
  )
  expect(new Set(ids).size).toBe(ids.length)
  await databases.remove()
})

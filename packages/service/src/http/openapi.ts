import * as z from 'zod'
import { PROBLEM_TYPE, problemSchema } from './problem.ts'
import type { RouteEntry } from './routes-table.ts'
import { statusText } from './status-text.ts'

/** What an API says about itself. */
export interface ApiInfo {
  readonly title: string
  readonly version: string
  /** A paragraph. */
  readonly description: string
}

type Json = Record<string, unknown>

/**
 * Describes an API as OpenAPI 3.1, whose schemas are JSON Schema: exactly what Zod writes.
 * @see https://spec.openapis.org/oas/v3.1.0.html
 */
export function openApiDocument(info: ApiInfo, routes: readonly RouteEntry[]): Json {
  const components = new Components()
  const paths: Record<string, Json> = {}
  for (const route of routes) {
    if (route.method === 'HEAD' || route.method === 'OPTIONS' || !route.schema.summary) continue
    const path = route.url.replace(/:(\w+)/g, '{$1}')
    const operations = paths[path] ?? {}
    paths[path] = operations
    operations[route.method.toLowerCase()] = operation(route, path, components)
  }
  return { openapi: '3.1.0', info, servers: [{ url: '/' }], paths, components: { schemas: components.schemas } }
}

function operation({ method, schema }: RouteEntry, path: string, components: Components): Json {
  const { params, querystring, headers, body } = schema
  return {
    operationId: `${method.toLowerCase()}${path.replace(/[^a-z]+([a-z]?)/gi, (_, next: string) => next.toUpperCase())}`,
    summary: schema.summary,
    tags: schema.tags,
    parameters: [
      ...parameters('path', params, components),
      ...parameters('query', querystring, components),
      ...parameters('header', headers, components),
    ],
    ...(body instanceof z.ZodType
      ? { requestBody: { required: true, content: json('application/json', components.add(body, 'input')) } }
      : {}),
    ...(schema.consumes
      ? { requestBody: { required: true, content: Object.fromEntries(schema.consumes.map(type => [type, {}])) } }
      : {}),
    responses: { ...answers(schema.response, components), ...refusals(schema, components) },
  }
}

function parameters(where: 'path' | 'query' | 'header', schema: unknown, components: Components): Json[] {
  if (!(schema instanceof z.ZodObject)) return []
  return Object.entries<z.ZodType>(schema.shape).map(([name, field]) => {
    const { description, ...rest } = components.add(field, 'input')
    const required = where === 'path' || !field.safeParse(undefined).success
    return { name, in: where, required, ...(description ? { description } : {}), schema: rest }
  })
}

function answers(response: unknown, components: Components): Json {
  const described: Json = {}
  for (const [status, schema] of Object.entries(response ?? {})) {
    const content = schema instanceof z.ZodType && !(schema instanceof z.ZodVoid)
    described[status] = {
      description: statusText(status),
      ...(content ? { content: json('application/json', components.add(schema, 'output')) } : {}),
    }
  }
  return described
}

function refusals(schema: RouteEntry['schema'], components: Components): Json {
  const statuses = [...(schema.problems ?? [])]
  if (schema.body || schema.consumes) statuses.push(400, 413, 415)
  if (schema.body || schema.params || schema.querystring) statuses.push(422)
  const content = json(PROBLEM_TYPE, components.add(problemSchema, 'output'))
  return Object.fromEntries(
    [...new Set(statuses)].sort().map(status => [status, { description: statusText(status), content }]),
  )
}

const json = (type: string, schema: Json): Json => ({ [type]: { schema } })

/** Schemas with an id are described once, and referred to. */
class Components {
  readonly schemas: Json = {}

  add(schema: z.ZodType, io: 'input' | 'output'): Json {
    const {
      $schema: _,
      $defs,
      ...own
    } = JSON.parse(
      JSON.stringify(
        z.toJSONSchema(schema, { io, unrepresentable: 'any', ...(io === 'output' && { override: allowMore }) }),
      ).replaceAll('#/$defs/', '#/components/schemas/'),
    ) as { $schema: string; $defs?: Json; id?: string } & Json
    for (const [id, definition] of Object.entries($defs ?? {})) this.schemas[id] ??= withoutId(definition as Json)
    if (own.id === undefined) return own
    this.schemas[own.id] ??= withoutId(own)
    return { $ref: `#/components/schemas/${own.id}` }
  }
}

// What clients don't know yet may be added to answers; Zod would promise that it never is. Of what clients send, it says
// of each schema what the server does: a strict one refuses unknown fields (`additionalProperties: false`), others ignore
// them.
const allowMore = ({ jsonSchema }: { readonly jsonSchema: { additionalProperties?: unknown } }): void => {
  if (jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties
}

const withoutId = ({ id: _, ...schema }: Json): Json => schema

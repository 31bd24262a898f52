import { fileURLToPath } from 'node:url'
import { type Served, serve } from '../api/process.ts'

/** What a server has to serve. */
export interface Data {
  readonly count: number
  readonly seed: number
  /** Where the items are put; in the server's memory when it isn't given. */
  readonly dynalite?: string
}

/** A program with the items' API, over HTTP. */
export interface Server {
  readonly name: string
  start(data: Data): Promise<Served>
}

const program = (path: string, data: Data): readonly [string, ...string[]] => [
  process.execPath,
  fileURLToPath(new URL(path, import.meta.url)),
  String(data.count),
  String(data.seed),
  ...(data.dynalite ? [data.dynalite] : []),
]

/** Our API, on its own service with everything that it does around a request: schemas, ids, headers, log lines. */
export const ours: Server = {
  name: 'items',
  start(data) {
    let address: string | undefined
    return serve(program('ours.ts', data), { NODE_ENV: 'production' }, line => {
      address ??= /"url":"http:\/\/127\.0\.0\.1:(\d+)"/.exec(line)?.[1]
      return line.includes('"message":"ready"') ? address : undefined
    })
  },
}

export const express: Server = {
  name: 'Express 5 without schema',
  start: data => serve(program('peers/express.ts', data), { NODE_ENV: 'production' }, portAlone),
}

/** DynamoDB's stand-in, in a process of its own. */
export const startDynalite = (): Promise<Served> =>
  serve([process.execPath, fileURLToPath(new URL('dynalite.ts', import.meta.url))], {}, portAlone)

const portAlone = (line: string): string | undefined => /^(\d+)$/.exec(line)?.[1]

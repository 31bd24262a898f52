import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type BundledProgram, bundledProgram, type ProgramProcess } from '@terrace/service/testing'
import { bundleApi } from '../bundle.ts'
import { Client } from './client.ts'

const root = fileURLToPath(new URL('../../../../', import.meta.url))

/** The API as it is deployed. */
export interface Bundle extends BundledProgram {
  start(environment: Readonly<Record<string, string>>): ApiProcess
}

export interface ApiProcess extends ProgramProcess {
  /** Resolves when it listens. */
  client(): Promise<Client>
}

/** The API as it is deployed; its processes take any free port. */
export async function startBundle(): Promise<Bundle> {
  const program = await bundledProgram('api', bundleApi)
  return {
    ...program,
    start(environment) {
      // The bundle lies outside the project: only NODE_PATH leads to better-sqlite3.
      const process = program.start({ NODE_PATH: join(root, 'node_modules'), PORT: '0', ...environment })
      return { ...process, client: async () => new Client(await process.listening()) }
    },
  }
}

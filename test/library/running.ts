import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Cloud, startCloud } from '@terrace/cloud'
import { load } from '@terrace/loader'
import type { Architecture } from '@terrace/model'
import { PROJECT, terrace } from '../commands.ts'
import { freePorts } from '../http.ts'

/** The library's cloud assembly, synthesized when something in it has changed. */
export async function libraryAssembly(): Promise<string> {
  const { code, errors } = await terrace(['synth', 'library'])
  if (code !== 0) throw new Error(errors)
  return join(PROJECT, '.terrace', 'library', 'assembly')
}

/** The library's model as `terrace up` would load it. */
export async function libraryModel(port: number): Promise<Architecture> {
  const directory = await libraryAssembly()
  return load(
    { kind: 'assembly', directory },
    {
      name: 'library',
      parameters: { DomainName: 'library.localhost', PublicPortSuffix: `:${port}` },
      publicNames: { loadBalancer: 'elb.localhost', distribution: 'cloudfront.localhost' },
    },
  )
}

export interface RunningLibrary {
  readonly cloud: Cloud
  readonly site: string
  readonly api: string
  readonly stateFolder: string
  readonly architecture: Architecture
  /** Stops it; with `keep` its state stays for the next start. */
  stop(options?: { keep: boolean }): Promise<void>
}

export interface LibraryOptions {
  readonly embedded?: 'allowed' | 'forced' | 'never'
  /** A state folder to go on with; default: a new one. */
  readonly stateFolder?: string
  /** Changes the model before it runs. */
  readonly change?: (architecture: Architecture) => Architecture
  /** Default: until every target is healthy. */
  readonly wait?: boolean
}

/** Starts the library system in this process, with a state of its own and on free ports. */
export async function startLibrary(options: LibraryOptions = {}): Promise<RunningLibrary> {
  const port = await freePorts()
  const model = await libraryModel(port)
  const architecture = options.change?.(model) ?? model
  const parent = options.stateFolder === undefined ? mkdtempSync(join(tmpdir(), 'library-')) : undefined
  const stateFolder = options.stateFolder ?? join(parent ?? '', 'library')
  const cloud = await startCloud({
    architecture,
    stateFolder,
    ports: { public: port, http: port + 1, gateway: port + 2 },
    embedded: options.embedded ?? 'allowed',
  })
  if (options.wait ?? true) await cloud.ready()
  return {
    cloud,
    site: cloud.urls.site ?? '',
    api: cloud.urls.api ?? '',
    stateFolder,
    architecture,
    async stop({ keep } = { keep: false }) {
      await cloud.stop()
      if (!keep) rmSync(stateFolder, { recursive: true, force: true })
    },
  }
}

import { parseArgs } from 'node:util'
import type { Expected } from '../smoke/probes.ts'

/** What is delivered by this script, and what tells that it is well. */
const DELIVERED: Readonly<Record<string, { readonly paths: readonly string[]; readonly versionAt: string }>> = {
  items: { paths: ['/api/v1/items?limit=1'], versionAt: '/api/v1/info' },
}

/** What was asked for. */
export interface Words {
  readonly system: string
  readonly environment: string
  /** A local cloud, for a rehearsal: what runs there is rolled out anew and looked at; nothing is built or deployed. */
  readonly endpointUrl?: string
  /** Default: the commit. */
  readonly version?: string
  /** CDK context, `name=value`. */
  readonly context: readonly string[]
  /** @param version the one that should run; absent: any */
  readonly expected: (version?: string) => Expected
}

/** @throws when it can't be meant so */
export function readWords(args: readonly string[]): Words {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      'endpoint-url': { type: 'string' },
      version: { type: 'string' },
      context: { type: 'string', short: 'c', multiple: true, default: [] },
    },
  })
  const [system = '', environment = '', ...more] = positionals
  const delivered = DELIVERED[system]
  if (delivered === undefined) {
    throw new Error(`there is no delivery of "${system}"; give one of ${Object.keys(DELIVERED).join(', ')}`)
  }
  if (!/^[a-z]+$/.test(environment) || more.length > 0) {
    throw new Error(`give one environment after the system, such as dev; given: ${positionals.slice(1).join(' ')}`)
  }
  const { 'endpoint-url': endpointUrl, version, context } = values
  if (endpointUrl !== undefined && !URL.canParse(endpointUrl)) {
    throw new Error(`--endpoint-url ${endpointUrl} is no URL; give the one that terrace up prints beside aws`)
  }
  return {
    system,
    environment,
    context,
    ...(endpointUrl !== undefined && { endpointUrl }),
    ...(version !== undefined && { version }),
    expected: is => ({
      paths: delivered.paths,
      ...(is !== undefined && { version: { path: delivered.versionAt, is } }),
    }),
  }
}

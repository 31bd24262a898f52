import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startCloud } from '@terrace/cloud'
import { load } from '@terrace/loader'
import { readerOf } from './outputs.ts'
import type { Target, TargetOptions } from './target.ts'

const TEMPLATE = fileURLToPath(new URL('template.yaml', import.meta.url))

/** On the gateway's own port any key is the administrator's. */
const ADMINISTRATOR = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'example' }

/** Runs the template in this process, on ports that the system chooses and with a state that goes with it. */
export async function startLocal({ database = false }: TargetOptions): Promise<Target> {
  const architecture = await load(
    { kind: 'template', file: TEMPLATE },
    {
      name: 'conformance',
      parameters: { Database: String(database) },
      publicNames: { loadBalancer: 'elb.localhost', distribution: 'cloudfront.localhost' },
    },
  )
  const folder = mkdtempSync(join(tmpdir(), 'terrace-conformance-'))
  const cloud = await startCloud({
    architecture,
    stateFolder: join(folder, 'state'),
    ports: { public: 0, http: 0, gateway: 0 },
    embedded: 'allowed',
  })
  const { region, stacks } = architecture
  const outputs = Object.fromEntries(
    stacks.flatMap(stack => stack.outputs.map(({ name, value }): [string, string] => [name, value])),
  )
  const endpoint = cloud.urls.aws ?? ''
  return {
    output: readerOf(outputs),
    client: (credentials = ADMINISTRATOR) => ({ region, endpoint, credentials, maxAttempts: 1 }),
    environment: {
      ...outputs,
      AWS_ACCESS_KEY_ID: ADMINISTRATOR.accessKeyId,
      AWS_SECRET_ACCESS_KEY: ADMINISTRATOR.secretAccessKey,
      AWS_DEFAULT_REGION: region,
      AWS_EC2_METADATA_DISABLED: 'true',
    },
    prelude: `aws() { command aws --endpoint-url ${endpoint} "$@"; }`,
    async stop() {
      await cloud.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

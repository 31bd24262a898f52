import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { GetFunctionConcurrencyCommand, InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda'
import { seconds, systemClock } from '@terrace/kit'
import type { LambdaFunction } from '@terrace/model'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openAuthority } from '../certificates/authority.ts'
import { clientOptions, failureOf, startTestCloud } from '../gateway/testing.ts'
import { VpcNetwork } from '../network/vpc-network.ts'
import { lambda } from '../services/lambda/index.ts'
import { functionRole, ROLE } from '../services/lambda/testing.ts'
import type { Service } from '../services/service.ts'
import { testNode } from '../testing/architecture.ts'
import { COMPLETE, update } from './testing.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'terrace-functions-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const ground: Service = {
  name: 'ground',
  emulates: [],
  async start({ architecture, random, folders, clock, journal, ports }) {
    const network = new VpcNetwork({ architecture, random, folder: folders.run, clock, journal })
    ports.provide('network', network)
    const authority = { folder: folders.certificates, name: 'Terrace internal', clock: systemClock }
    ports.provide('internalAuthority', await openAuthority(authority))
    return { stop: () => network.stop() }
  },
}

function functionNode(name: string, code: string, rest: Partial<LambdaFunction> = {}): LambdaFunction {
  const path = mkdtempSync(join(folder, 'code-'))
  writeFileSync(join(path, 'index.js'), `exports.handler = async () => ${code}`)
  return {
    ...testNode('function', name, {
      name,
      arn: `arn:aws:lambda:us-east-1:123456789012:function:${name}`,
      description: '',
      runtime: 'nodejs22.x',
      handler: 'index.handler',
      code: { kind: 'path', path },
      role: ROLE,
      timeout: seconds(3),
      memoryMiB: 128,
      architecture: 'x86_64',
      environment: {},
      logging: { format: 'Text' },
      versions: [],
      aliases: [],
      permissions: [],
      eventInvokeConfigs: [],
    }),
    ...rest,
  }
}

describe('an update of functions', () => {
  it('runs the new code with the new settings from the next event on, adds and removes', async () => {
    const nodes = [functionRole(), functionNode('f', '[1, process.env.WORD]'), functionNode('old', '0')]
    await using cloud = await startTestCloud({ nodes, services: [ground, lambda] })
    cloud.world.ports.provide('gateway', cloud.gateway)
    const client = new LambdaClient(clientOptions(cloud.gateway.url))
    const invoke = async (FunctionName: string) => {
      const { Payload = [] } = await client.send(new InvokeCommand({ FunctionName }))
      return JSON.parse(Buffer.from(Payload).toString())
    }
    expect(await invoke('f')).toEqual([1, null])

    const changed = functionNode('f', '[2, process.env.WORD]', { environment: { WORD: 'x' }, reservedConcurrency: 5 })
    expect(await update(cloud, [changed, functionNode('new', '3')], ['old'])).toEqual(COMPLETE)

    expect([await invoke('f'), await invoke('new')]).toEqual([[2, 'x'], 3])
    const { ReservedConcurrentExecutions } = await client.send(new GetFunctionConcurrencyCommand({ FunctionName: 'f' }))
    expect(ReservedConcurrentExecutions).toBe(5)
    expect(await failureOf(invoke('old'))).toMatchObject({ name: 'ResourceNotFoundException' })
    await cloud.world.supervisor.stopAll(0)
  })
})

import { minutes, seconds, VirtualClock } from '@terrace/kit'
import type { PolicyStatement } from '@terrace/model'
import { afterEach, describe, expect, it } from 'vitest'
import { testNode } from '../../testing/architecture.ts'
import { ask, folderWith, imageIn, imageProcess, machineWith } from '../../workload/testing.ts'
import { kms } from '../kms/index.ts'
import { secretsmanager } from '../secretsmanager/index.ts'
import { ssm } from './index.ts'
import { instanceRole, type SsmCloud, startSsmCloud } from './testing.ts'

const PASSWORD = 'arn:aws:ssm:us-east-1:123456789012:parameter/shop/database/password'
const READ: PolicyStatement = { Effect: 'Allow', Action: 'ssm:GetParameter', Resource: PASSWORD }
const MAIN = `require('node:http').createServer((_, answer) => answer.end(process.env.PASSWORD)).listen(Number(process.env.PORT), () => console.log('listening'))`

const cleanups: (() => Promise<void> | void)[] = []

afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean()
})

async function start(
  clock?: VirtualClock,
): Promise<SsmCloud & { machine: (role: string) => ReturnType<typeof machineWith> }> {
  const folder = folderWith({ 'main.js': MAIN })
  cleanups.push(() => folder.remove())
  const process = imageProcess(imageIn(folder.path), { secrets: { PASSWORD } })
  const machine = (role: string) => machineWith([process], { role })
  const template = testNode('launchTemplate', 'shop', { name: 'shop', machine: machine('reader') })
  const cloud = await startSsmCloud([instanceRole('reader', READ), instanceRole('stranger'), template], {
    services: [kms, secretsmanager, ssm],
    ...(clock ? { clock } : {}),
  })
  cleanups.push(() => cloud.stop())
  return { ...cloud, machine }
}

describe('a SecureString as a secret of a workload', () => {
  it('S-10: is fetched by the role of the instance, in plain text', async () => {
    const cloud = await start()
    const up = new Promise<void>(resolve => {
      cleanups.push(cloud.world.logs.subscribe(({ line }) => line.includes('listening') && resolve()))
    })
    const instance = await cloud.instances.launch({ machine: cloud.machine('reader'), subnet: 'app-a', owner: 'shop' })
    await up
    const { body } = await ask(cloud.network.socketOf(instance.networkInterface, 8000))
    expect(body).toMatch(/^[A-Za-z0-9]{32}$/)
  })

  it('S-10: that the role may not read makes the launch fail, with the reason on the console', async () => {
    const clock = new VirtualClock(Date.UTC(2026, 10, 22))
    const cloud = await start(clock)
    const failed = cloud.world.journal.find(({ kind }) => kind === 'ec2.bootFailed')
    const instance = await cloud.instances.launch({
      machine: cloud.machine('stranger'),
      subnet: 'app-a',
      owner: 'shop',
    })
    let done = false
    void failed.then(() => {
      done = true
    })
    for (let waited = 0; !done && waited < minutes(10); waited += seconds(1)) {
      await clock.advance(seconds(1))
      await new Promise(resolve => setImmediate(resolve))
    }
    expect((await failed).message).toContain('ssm:GetParameter')
    const console: unknown = Reflect.get(Object(instance), 'console')
    expect(String(Reflect.get(Object(console), 'text'))).toContain('AccessDeniedException')
  })
})

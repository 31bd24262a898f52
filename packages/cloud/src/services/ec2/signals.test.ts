import { hours, minutes, seconds, VirtualClock } from '@terrace/kit'
import type { ArchitectureNode, Instance, PolicyStatement } from '@terrace/model'
import { afterEach, describe, expect, it } from 'vitest'
import { policy, testRole } from '../../gateway/testing.ts'
import { testNode, threeTiers } from '../../testing/architecture.ts'
import { type Ec2Cloud, folderWith, imageIn, imageProcess, machineWith, startEc2Cloud } from '../../workload/testing.ts'
import { cloudFormationService } from '../cloudformation/index.ts'
import { logs } from '../logs/index.ts'

// Is ready when it is asked for the third time.
const MAIN = `
let asked = 0
require('node:http').createServer((request, response) => {
  response.statusCode = request.url === '/readyz' && ++asked >= 3 ? 200 : 503
  response.end()
}).listen(Number(process.env.PORT))
`

const PULL: PolicyStatement = {
  Effect: 'Allow',
  Action: ['ecr:GetAuthorizationToken', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
  Resource: '*',
}

const roleWith = (...statements: PolicyStatement[]) => ({
  ...testRole('role', ...statements),
  trust: policy({ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'ec2.amazonaws.com' } }),
})

const ASKING = 'until curl -f http://127.0.0.1:8000/readyz; do sleep 2; done\n'
const LOGGING = "export TERRACE_LOG_GROUP='app'\n"
const REPORTING = `#!/bin/bash\nset -e\ntrap 'cfn-signal -e $? --stack test --resource web' EXIT\n${ASKING}`

const running: Ec2Cloud[] = []
const folders: { remove(): void }[] = []
afterEach(async () => {
  for (const cloud of running.splice(0)) await cloud.stop()
  for (const folder of folders.splice(0)) folder.remove()
})

function web(userData: string, subnet: string, timeout = minutes(5)): Instance {
  const folder = folderWith({ 'main.js': MAIN })
  folders.push(folder)
  return testNode('instance', 'web', {
    machine: machineWith([imageProcess(imageIn(folder.path))], { role: 'role', userData }),
    subnet,
    zone: 'us-east-1a',
    publicAddress: false,
    creation: { signals: 1, timeout },
    physicalId: 'i-0123456789abcdef0',
  })
}

async function start(node: Instance, rest: readonly ArchitectureNode[], clock?: VirtualClock) {
  const cloud = await startEc2Cloud({
    nodes: [...threeTiers(), node, ...rest],
    services: [logs, cloudFormationService({ patience: 0 })],
    ...(clock ? { clock } : {}),
  })
  running.push(cloud)
  return { cloud, signals: await cloud.world.ports.need('resourceSignals') }
}

/** Lets the virtual clock run until something has settled; real sockets need turns of the event loop in between. */
async function runUntil(clock: VirtualClock, settled: Promise<unknown>): Promise<void> {
  let over = false
  void settled.then(
    () => {
      over = true
    },
    () => {
      over = true
    },
  )
  while (!over) {
    await clock.advance(seconds(1))
    await new Promise(resolve => setTimeout(resolve, 1))
  }
}

describe('an instance with a creation policy', () => {
  it('is created when its process is ready and its user data has signalled', async () => {
    const { cloud, signals } = await start(web(REPORTING, 'app-a'), [roleWith(PULL)])
    await signals.created()
    const texts = cloud.world.journal.since(0).map(({ message }) => message)
    expect(texts).toContain('web: received SUCCESS signal with UniqueId i-0123456789abcdef0')
  })

  it('fails at once when its user data fails and says so, with the reason', async () => {
    // What the log driver lacks is not tried again.
    const { signals } = await start(web(`${REPORTING}${LOGGING}`, 'app-a'), [roleWith(PULL)])
    await expect(signals.created()).rejects.toThrow(
      /^web \(Test::instance\) failed to create: Received FAILURE signal with UniqueId i-0123456789abcdef0: the user data of i-0123456789abcdef0 failed: could not open a log stream in app: .* logs:CreateLogStream/,
    )
  })

  it('fails when its time is over and the signal had no way out, and names the way', async () => {
    const clock = new VirtualClock()
    const { cloud, signals } = await start(web(REPORTING, 'data-a', hours(1)), [roleWith(PULL)], clock)
    const created = signals.created()
    await runUntil(clock, created)
    await expect(created).rejects.toThrow(
      /Failed to receive 1 resource signal\(s\) within the specified duration: i-0123456789abcdef0 sent none: no way to cloudformation\.us-east-1\.amazonaws\.com/,
    )
    expect(cloud.world.journal.since(0).map(({ kind }) => kind)).toContain('ec2.signalLost')
  })

  it('fails when its time is over and its user data is still busy, and names what with', async () => {
    const clock = new VirtualClock()
    const { signals } = await start(web(REPORTING, 'data-a'), [roleWith(PULL)], clock)
    const created = signals.created()
    await runUntil(clock, created)
    await expect(created).rejects.toThrow(
      /i-0123456789abcdef0 sent none: could not pull the image .* no way to api\.ecr/,
    )
  })

  it('needs the permission when the AWS CLI signals, and none when cfn-signal does', async () => {
    const byCli = `#!/bin/bash\n${ASKING}aws cloudformation signal-resource --stack-name test --logical-resource-id web --unique-id i-1 --status SUCCESS\n`
    const { cloud } = await start(web(byCli, 'app-a'), [roleWith(PULL)])
    const lost = await cloud.world.journal.find(({ kind }) => kind === 'ec2.signalLost')
    expect(lost.message).toContain('is not authorized to perform: cloudformation:SignalResource')
    const allowed = { Effect: 'Allow', Action: 'cloudformation:SignalResource', Resource: '*' } as const
    const { signals } = await start(web(byCli, 'app-a'), [roleWith(PULL, allowed)])
    await signals.created()
  })
})

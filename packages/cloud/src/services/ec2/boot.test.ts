import { hours, minutes, seconds, VirtualClock } from '@terrace/kit'
import type { ArchitectureNode, PolicyStatement, Secret } from '@terrace/model'
import { afterEach, describe, expect, it } from 'vitest'
import { policy, testBucket, testRole } from '../../gateway/testing.ts'
import type { JournalEntry } from '../../journal.ts'
import { testNode, threeTiers } from '../../testing/architecture.ts'
import {
  ask,
  type Ec2Cloud,
  type Ec2CloudOptions,
  folderWith,
  imageIn,
  imageProcess,
  machineWith,
  startEc2Cloud,
} from '../../workload/testing.ts'
import { kms } from '../kms/index.ts'
import { s3 } from '../s3/index.ts'
import { secretsmanager } from '../secretsmanager/index.ts'

// Answers with its environment and what it finds in a file; ends when it is asked for /die.
const MAIN = `
const { createServer } = require('node:http')
const { readFileSync } = require('node:fs')
createServer((request, response) => {
  if (request.url === '/die') process.exit(3)
  const file = process.env.TERRACE_ROOT + '/srv/site/index.html'
  let text = ''
  try { text = readFileSync(file, 'utf8') } catch {}
  response.end(JSON.stringify({ password: process.env.PASSWORD, text, aws: process.env.AWS_REGION ?? null }))
}).listen(Number(process.env.PORT), () => console.log('listening'))
`

const SECRET = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:database-a1b2c3'

const secret: Secret = testNode('secret', 'secret', {
  name: 'database',
  description: '',
  arn: SECRET,
  value: { kind: 'literal', text: JSON.stringify({ username: 'app', password: 'pass-word' }) },
})

const PULL: PolicyStatement = {
  Effect: 'Allow',
  Action: ['ecr:GetAuthorizationToken', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
  Resource: '*',
}
const READ: PolicyStatement = { Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource: SECRET }
const FETCH: PolicyStatement = { Effect: 'Allow', Action: ['s3:GetObject', 's3:ListBucket'], Resource: '*' }

const SCRIPT = '#!/bin/bash\nset -e\nretry dnf install -y -q awscli-2 aws-cfn-bootstrap jq\n'

const roleWith = (...statements: PolicyStatement[]) => ({
  ...testRole('role', ...statements),
  trust: policy({ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'ec2.amazonaws.com' } }),
})

const running: Ec2Cloud[] = []
const folders: { remove(): void }[] = []

afterEach(async () => {
  for (const cloud of running.splice(0)) await cloud.stop()
  for (const folder of folders.splice(0)) folder.remove()
})

async function start(nodes: readonly ArchitectureNode[], rest: Partial<Ec2CloudOptions> = {}): Promise<Ec2Cloud> {
  const cloud = await startEc2Cloud({ nodes: [...nodes, template()], services: [kms, secretsmanager, s3], ...rest })
  running.push(cloud)
  return cloud
}

function application(): ReturnType<typeof imageIn> {
  const folder = folderWith({ 'main.js': MAIN })
  folders.push(folder)
  return imageIn(folder.path)
}

const withSecret = () =>
  imageProcess(application(), {
    secrets: { PASSWORD: `${SECRET}:password` },
    files: [{ source: 's3://site/', path: '/srv/site' }],
  })

/** Launches in the private subnet of the application, which has a way out by NAT. */
const launch = (cloud: Ec2Cloud, process: ReturnType<typeof imageProcess>, subnet = 'app-a') =>
  cloud.instances.launch({ machine: machineOf(process), subnet, owner: 'template' })

const machineOf = (process: ReturnType<typeof imageProcess>) =>
  machineWith([process], { role: 'role', userData: SCRIPT })

/** The deployment pushes the images that templates name. */
const template = () =>
  testNode('launchTemplate', 'template', { name: 'app', machine: machineOf(imageProcess(imageIn('/'))) })

const line = (cloud: Ec2Cloud, text: string) =>
  new Promise<void>(resolve => {
    const stop = cloud.world.logs.subscribe(entry => {
      if (!entry.line.includes(text)) return
      stop()
      resolve()
    })
  })

const consoleOf = async (cloud: Ec2Cloud, id: string): Promise<string> => {
  const machine = cloud.instances.list().find(each => each.id === id)
  const console: unknown = Reflect.get(Object(machine), 'console')
  return String(Reflect.get(Object(console), 'text'))
}

/** Lets the virtual clock run until the journal has it; real sockets need turns of the event loop in between. */
async function until(
  cloud: Ec2Cloud,
  clock: VirtualClock,
  passes: (entry: JournalEntry) => boolean,
): Promise<JournalEntry> {
  let found: JournalEntry | undefined
  void cloud.world.journal.find(passes).then(entry => {
    found = entry
  })
  const start = clock.now()
  while (!found && clock.now() - start < hours(2)) {
    await clock.advance(seconds(1))
    await new Promise(resolve => setTimeout(resolve, 1))
  }
  if (!found) throw new Error('it is not in the journal')
  return found
}

describe('an instance', () => {
  it('starts its workload with secrets and files, from an environment that begins empty', async () => {
    const cloud = await start([...threeTiers(), secret, testBucket('site'), roleWith(PULL, READ, FETCH)])
    const objects = await cloud.world.ports.need('objects')
    await objects.put('site', 'index.html', 'page')
    const up = line(cloud, 'listening')
    const instance = await launch(cloud, withSecret())
    await up
    const answer = await ask(cloud.network.socketOf(instance.networkInterface, 8000))
    expect(JSON.parse(answer.body)).toEqual({ password: 'pass-word', text: 'page', aws: null })
  })

  it('starts a process again that ends', async () => {
    const cloud = await start([...threeTiers(), roleWith(PULL)])
    let up = line(cloud, 'listening')
    const instance = await launch(cloud, imageProcess(application()))
    await up
    const before = instance.processes[0]?.pid
    up = line(cloud, 'listening')
    const socket = cloud.network.socketOf(instance.networkInterface, 8000)
    await ask(socket, '/die').catch(() => {})
    await up
    expect(instance.processes[0]?.pid).not.toBe(before)
    expect((await ask(socket)).status).toBe(200)
  })

  it('fails its status check when all its processes are killed from outside', async () => {
    const cloud = await start([...threeTiers(), roleWith(PULL)])
    const up = line(cloud, 'listening')
    const instance = await launch(cloud, imageProcess(application()))
    await up
    process.kill(instance.processes[0]?.pid ?? 0, 'SIGKILL')
    await cloud.world.journal.find(({ kind }) => kind === 'ec2.impaired')
    expect(instance.statusCheck).toBe('impaired')
  })

  it('tells EventBridge its states', async () => {
    const cloud = await start([...threeTiers(), roleWith(PULL)])
    const seen: unknown[] = []
    cloud.world.deliveries.register('events', delivery => void seen.push(JSON.parse(delivery.body)))
    const instance = await launch(cloud, imageProcess(application()))
    await cloud.instances.terminate(instance.id, seconds(5))
    expect(seen).toMatchObject(
      ['pending', 'running', 'shutting-down', 'terminated'].map(state => ({
        source: 'aws.ec2',
        'detail-type': 'EC2 Instance State-change Notification',
        resources: [`arn:aws:ec2:us-east-1:123456789012:instance/${instance.id}`],
        detail: { 'instance-id': instance.id, state },
      })),
    )
  })

  it('replaces an image from elsewhere by a stand-in only when it is told to', async () => {
    const remote = imageProcess({ kind: 'remote', uri: 'public.ecr.aws/example/app:1' })
    const strict = await start([...threeTiers(), roleWith(PULL)])
    await launch(strict, remote)
    const refused = await strict.world.journal.find(({ kind }) => kind === 'ec2.notEmulated')
    expect(refused.message).toContain("public.ecr.aws/example/app:1 can't run here")
    const cloud = await start([...threeTiers(), roleWith(PULL)], { standIns: true })
    const up = line(cloud, 'standing in')
    const instance = await launch(cloud, remote)
    await up
    await cloud.world.journal.find(({ kind }) => kind === 'ec2.standIn')
    const answer = await ask(cloud.network.socketOf(instance.networkInterface, 8000), '/readyz')
    expect(answer.status).toBe(200)
    expect(answer.headers['x-terrace-stand-in']).toBe('public.ecr.aws/example/app:1')
    expect(answer.body).toContain('stand-in for public.ecr.aws/example/app:1')
  })
})

describe('a launch that can not get what it needs', () => {
  it('without a way to S3 has no packages: six attempts, then the script ends, and the instance stays', async () => {
    const clock = new VirtualClock()
    const cloud = await start([...threeTiers(), roleWith(PULL)], { clock })
    const instance = await launch(cloud, imageProcess(application()), 'data-a')
    const blocked = await until(cloud, clock, ({ kind }) => kind === 'ec2.launchBlocked')
    expect(blocked.message).toMatch(
      /^the user data of i-\w+ could not install awscli-2, aws-cfn-bootstrap, jq: no way to al2023-repos-us-east-1-de612dc2\.s3\.dualstack\.us-east-1\.amazonaws\.com: /,
    )
    const startedAt = clock.now()
    await until(cloud, clock, ({ kind }) => kind === 'ec2.bootFailed')
    // Six times 30 s of dnf, and 5 to 25 s between them.
    expect(clock.now() - startedAt).toBeGreaterThanOrEqual(6 * seconds(30) + seconds(75) - seconds(5))
    expect(clock.now() - startedAt).toBeLessThan(minutes(5))
    const output = await consoleOf(cloud, instance.id)
    expect(output).toContain('Curl error (28): Timeout was reached')
    expect(output).toContain('attempt 6 failed: dnf install')
    expect(instance.state).toBe('running')
    expect(instance.processes).toEqual([])
  })

  it.each([
    [
      'secret',
      [PULL, FETCH],
      /could not read arn:aws:secretsmanager:\S+: User: arn:aws:sts::123456789012:assumed-role\/role\/i-\w+ is not authorized to perform: secretsmanager:GetSecretValue on resource: arn:aws:secretsmanager\S+ because no identity-based policy allows/,
      'An error occurred (AccessDeniedException) when calling the GetSecretValue operation: User: arn:aws:sts::',
    ],
    [
      'files',
      [PULL, READ],
      /could not fetch s3:\/\/site\/: User: .* is not authorized to perform: s3:ListBucket/,
      'fatal error: An error occurred (AccessDenied) when calling the ListObjectsV2 operation:',
    ],
    [
      'image',
      [READ, FETCH, { Effect: 'Allow', Action: 'ecr:GetAuthorizationToken', Resource: '*' } satisfies PolicyStatement],
      /could not pull the image \S+: User: .* is not authorized to perform: ecr:BatchGetImage/,
      "Error response from daemon: pull access denied for 123456789012.dkr.ecr.us-east-1.amazonaws.com/cdk-assets, repository does not exist or may require 'docker login': denied: User: ",
    ],
    [
      'token',
      [READ, FETCH],
      /could not pull the image \S+: User: .* is not authorized to perform: ecr:GetAuthorizationToken/,
      'An error occurred (AccessDeniedException) when calling the GetAuthorizationToken operation:',
    ],
  ])(
    'for a missing permission (%s) has the words of the tool on its console',
    async (_what, statements, why, words) => {
      const clock = new VirtualClock()
      const cloud = await start([...threeTiers(), secret, testBucket('site'), roleWith(...statements)], { clock })
      const instance = await launch(cloud, withSecret())
      const blocked = await until(cloud, clock, ({ kind }) => kind === 'ec2.launchBlocked')
      expect(blocked.message).toMatch(why)
      await until(cloud, clock, ({ kind }) => kind === 'ec2.bootFailed')
      expect(await consoleOf(cloud, instance.id)).toContain(words)
    },
  )

  it('goes on when the permission comes before the last attempt', async () => {
    const clock = new VirtualClock()
    const cloud = await start([...threeTiers(), roleWith(PULL)], { clock })
    const up = line(cloud, 'listening')
    const open = cloud.network.rules.securityGroup('app').egress
    cloud.network.rules.setSecurityGroup('app', 'egress', [])
    const instance = await launch(cloud, imageProcess(application()))
    const blocked = await until(cloud, clock, ({ kind }) => kind === 'ec2.launchBlocked')
    expect(blocked.message).toContain('no way to al2023-repos')
    cloud.network.rules.setSecurityGroup('app', 'egress', open)
    let isUp = false
    void up.then(() => {
      isUp = true
    })
    while (!isUp) {
      await clock.advance(seconds(1))
      await new Promise(resolve => setTimeout(resolve, 1))
    }
    expect(instance.processes).toHaveLength(1)
  })

  it('without a role that trusts EC2 has no credentials', async () => {
    const clock = new VirtualClock()
    const cloud = await start([...threeTiers(), testRole('role', PULL)], { clock })
    const instance = await launch(cloud, imageProcess(application()))
    await until(cloud, clock, ({ kind }) => kind === 'ec2.bootFailed')
    expect(await consoleOf(cloud, instance.id)).toContain('Unable to locate credentials.')
  })

  it('reads packages through a gateway endpoint of S3, as far as its policy lets it', async () => {
    const clock = new VirtualClock()
    const statement = { Effect: 'Allow', Principal: '*', Action: 's3:GetObject' } as const
    const endpoint = (resource: string) =>
      testNode('vpcEndpoint', 'endpoint', {
        vpc: 'vpc',
        type: 'gateway',
        service: 'com.amazonaws.us-east-1.s3',
        subnets: [],
        routeTables: ['isolated'],
        securityGroups: [],
        privateDns: false,
        policy: policy({ ...statement, Resource: resource }),
        physicalId: 'vpce-0123456789abcdef0',
      })
    const closed = await start([...threeTiers(), roleWith(PULL), endpoint('arn:aws:s3:::other/*')], { clock })
    const instance = await launch(closed, imageProcess(application()), 'data-a')
    const blocked = await until(closed, clock, ({ kind }) => kind === 'ec2.launchBlocked')
    expect(blocked.message).toContain('the policy of the endpoint vpce-0123456789abcdef0 does not allow s3:GetObject')
    await until(closed, clock, ({ kind }) => kind === 'ec2.bootFailed')
    expect(await consoleOf(closed, instance.id)).toContain('Status code: 403')
    const nodes = [...threeTiers(), roleWith(PULL), endpoint('arn:aws:s3:::al2023-repos-us-east-1-de612dc2/*')]
    const open = await start(nodes, { clock })
    await launch(open, imageProcess(application()), 'data-a')
    // The packages are there; the registry is not behind this endpoint.
    const next = await until(open, clock, ({ kind }) => kind === 'ec2.launchBlocked')
    expect(next.message).toContain('could not pull the image')
    expect(next.message).toContain('no way to api.ecr.us-east-1.amazonaws.com')
  })

  it('never writes outside of the folder of the host, whatever the keys are', async () => {
    const clock = new VirtualClock()
    const cloud = await start([...threeTiers(), secret, testBucket('site'), roleWith(PULL, READ, FETCH)], { clock })
    const objects = await cloud.world.ports.need('objects')
    await objects.put('site', '../../../escaped', 'x')
    await launch(cloud, withSecret())
    const blocked = await until(cloud, clock, ({ kind }) => kind === 'ec2.launchBlocked')
    expect(blocked.message).toContain('../../../escaped leads out of')
  })
})

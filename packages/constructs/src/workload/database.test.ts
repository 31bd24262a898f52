import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Duration, Stack } from 'aws-cdk-lib'
import { Bucket } from 'aws-cdk-lib/aws-s3'
import { describe, expect, it } from 'vitest'
import { fakeMachine, type Machine } from '../../test/fake-machine.ts'
import { secureParameter } from '../secure-parameter.ts'
import { workloadDocument } from './document.ts'
import { postgresStatements } from './postgres.ts'
import { MAX_USER_DATA_BYTES, type UserDataContext, workloadUserData } from './user-data.ts'
import type { PostgresBackups, PostgresProcess } from './workload.ts'

const PARAMETER = 'arn:aws:ssm:us-east-1:123456789012:parameter/quiz/database/password'
const tools = spawnSync('jq', ['--version']).status === 0 && spawnSync('bash', ['--version']).status === 0
const skipped = tools ? '' : ' (skipped: bash and jq are not both installed)'

const stackOf = () => new Stack(undefined, 'test', { env: { account: '123456789012', region: 'us-east-1' } })

function postgres(stack: Stack, backups: Partial<PostgresBackups> = {}): PostgresProcess {
  const bucket = Bucket.fromBucketName(stack, 'Bucket', 'safe')
  return {
    kind: 'postgres',
    port: 5432,
    version: '16',
    database: 'quiz',
    username: 'quiz',
    password: secureParameter(stack, '/quiz/database/password'),
    data: '/data/postgres',
    backups: { bucket, key: 'backups/', schedule: 'rate(6 hours)', keep: 2, ...backups },
  }
}

const AGENT = {
  metrics: {
    namespace: 'Quiz',
    append_dimensions: { InstanceId: '${aws:InstanceId}' },
    metrics_collected: { mem: { measurement: ['used_percent'], metrics_collection_interval: 30 } },
  },
}

const EVERYTHING = {
  volume: { device: '/dev/null', mount: '/data' },
  lifecycle: { hookName: 'ready', groupName: 'tier' },
  agent: AGENT,
} as const

function userData(context: Partial<UserDataContext> = {}, backups: Partial<PostgresBackups> = {}): string {
  const stack = stackOf()
  const document = workloadDocument({
    database: postgres(stack, backups),
    web: { kind: 'nginx', configuration: 'server { listen 80; }', port: 80 },
  })
  const data = workloadUserData(stack, document, { logGroupName: 'the-log', signals: 'Main', ...context })
  return String(stack.resolve(data.render()))
}

const machineWithPassword = () => fakeMachine({ [PARAMETER]: "it's secret" })
const indexOf = (machine: Machine, pattern: RegExp) => machine.calls().findIndex(call => pattern.test(call))

describe.skipIf(!tools)(`an instance with PostgreSQL${skipped}`, () => {
  it('Q-06, Q-20: mounts, starts the agent, the database, the rest, then completes its action and signals', () => {
    const machine = machineWithPassword()
    expect(machine.run(userData(EVERYTHING))).toMatchObject({ status: 0 })
    const steps = [
      /^mkfs\.xfs -q \/dev\/null/,
      /^mount \S+\/data$/,
      /^amazon-cloudwatch-agent-ctl -a fetch-config -m ec2 -s -c file:/,
      /^docker run .* -c listen_addresses= -c/,
      /^docker run .* -c listen_addresses=127\.0\.0\.1/,
      /^systemctl restart terrace-dump\.timer/,
      /^systemctl restart nginx/,
      /\/readyz$/,
      /^aws autoscaling complete-lifecycle-action --lifecycle-hook-name ready --auto-scaling-group-name tier --lifecycle-action-result CONTINUE --instance-id i-0123456789abcdef0$/,
      /^cfn-signal --exit-code 0/,
    ].map(step => indexOf(machine, step))
    expect(steps).toEqual([...steps].sort((a, b) => a - b))
    expect(steps.every(at => at >= 0)).toBe(true)
    expect(machine.calls().filter(call => /:5432\/readyz/.test(call))).toEqual([])
  })

  it('tells nobody the password', () => {
    const machine = machineWithPassword()
    const { output } = machine.run(userData(EVERYTHING))
    expect(machine.containerEnvironment()).toMatchObject({ POSTGRES_PASSWORD: "it's secret", PGPORT: '5432' })
    expect(output + machine.calls().join()).not.toContain('secret"')
    expect(output + machine.calls().join()).not.toContain("it's secret")
  })

  it('Q-19: fills an empty database from the newest dump before it lets anybody in, and only then', () => {
    const machine = machineWithPassword()
    const dumps = ['b/quiz-2026-11-02T00-00-00Z.dump', 'b/quiz-2026-11-03T00-00-00Z.dump', 'b/quiz-notes.txt']
    writeFileSync(join(machine.root, 'dumps'), `${dumps.join('\t')}\n`)
    expect(machine.run(userData()).status).toBe(0)
    expect(machine.calls()).toContain('aws s3 cp --only-show-errors s3://safe/b/quiz-2026-11-03T00-00-00Z.dump -')
    const restored = indexOf(machine, /pg_restore --exit-on-error/)
    expect(restored).toBeGreaterThan(indexOf(machine, /listen_addresses= /))
    expect(restored).toBeLessThan(indexOf(machine, /listen_addresses=127/))
    expect(existsSync(join(machine.root, 'data/postgres.unfinished'))).toBe(false)
    expect(machine.run(userData()).status).toBe(0)
    expect(machine.calls().filter(call => /pg_restore/.test(call))).toHaveLength(1)
  })

  it('Q-19: does not begin anew when the dumps cannot be read, and tries again at the next run', () => {
    const machine = machineWithPassword()
    const script = userData()
    const unreadable = script.replace("--query 'Contents[].Key'", '--query x | false')
    expect(machine.run(unreadable).status).not.toBe(0)
    expect(indexOf(machine, /listen_addresses=127/)).toBe(-1)
    expect(existsSync(join(machine.root, 'data/postgres.unfinished'))).toBe(true)
    expect(machine.run(script).status).toBe(0)
    expect(existsSync(join(machine.root, 'data/postgres.unfinished'))).toBe(false)
  })

  it.each([
    ['rate(6 hours)', ['OnActiveSec=6 hours', 'OnUnitActiveSec=6 hours']],
    ['cron(30 3,15 ? * MON-FRI *)', ['OnCalendar=MON..FRI *-*-* 3,15:30:00 UTC']],
    ['cron(0 0/4 1-7 * ? *)', ['OnCalendar= *-*-1..7 0/4:0:00 UTC']],
  ])('Q-19: %s is a timer of systemd', (schedule, lines) => {
    const machine = machineWithPassword()
    expect(machine.run(userData({}, { schedule })).status).toBe(0)
    const timer = readFileSync(join(machine.root, 'etc/systemd/system/terrace-dump.timer'), 'utf8')
    expect(timer.split('\n').slice(1, -3)).toEqual(lines)
  })

  it('Q-19: saves a dump when it is whole, and removes all but the newest', () => {
    const machine = machineWithPassword()
    machine.run(userData())
    const unit = readFileSync(join(machine.root, 'etc/systemd/system/terrace-dump.service'), 'utf8')
    const command = /^ExecStart=(.*)$/m.exec(unit)?.[1] ?? ''
    const dumps = [1, 2, 3, 4].map(day => `b/quiz-2026-11-0${day}T00-00-00Z.dump`)
    writeFileSync(join(machine.root, 'dumps'), `${dumps.join('\n')}\n`)
    const before = machine.calls().length
    expect(machine.run(`#!/bin/bash\n${command}\n`).status).toBe(0)
    const calls = machine
      .calls()
      .slice(before)
      .filter(call => call.startsWith('aws'))
    expect(calls[0]).toMatch(
      /^aws s3 cp --only-show-errors \S+ s3:\/\/safe\/backups\/quiz-\d{4}-\d\d-\d\dT[\d-]+Z\.dump$/,
    )
    expect(calls.slice(2)).toEqual(
      [1, 2].map(day => `aws s3 rm --only-show-errors s3://safe/backups/quiz-2026-11-0${day}T00-00-00Z.dump`),
    )
    writeFileSync(join(machine.root, 'dump-fails'), '')
    expect(machine.run(`#!/bin/bash\n${command}\n`).status).not.toBe(0)
    expect(
      machine
        .calls()
        .slice(before)
        .filter(call => call.startsWith('aws s3 cp')),
    ).toHaveLength(1)
  })

  it('Q-18: shuts down when nobody has had a session for that long', () => {
    const machine = machineWithPassword()
    expect(machine.run(userData({ endWhenUnused: Duration.minutes(30) })).status).toBe(0)
    const unit = readFileSync(join(machine.root, 'etc/systemd/system/terrace-unused.service'), 'utf8')
    expect(unit).toMatch(/^ExecStart=\S+\/usr\/local\/sbin\/terrace-unused 1800$/m)
    const checked = spawnSync('bash', ['-n', join(machine.root, 'usr/local/sbin/terrace-unused')])
    expect(checked.status).toBe(0)
  })
})

describe('the user data of an instance', () => {
  it('Q-20: has a version that changes with whatever is in it', () => {
    const versions = [userData(), userData(), userData(EVERYTHING), userData({}, { keep: 3 })].map(
      script => /^#!\/bin\/bash\n# version: ([0-9a-f]{12})\n/.exec(script)?.[1],
    )
    expect(versions[0]).toBe(versions[1])
    expect(new Set(versions).size).toBe(3)
    expect(versions).not.toContain(undefined)
  })

  it('Q-14: leaves room for a configuration of NGINX', () => {
    const script = userData({ ...EVERYTHING, endWhenUnused: Duration.minutes(30) })
    expect(Buffer.byteLength(script)).toBeLessThan(MAX_USER_DATA_BYTES - 3500)
  })
})

describe('a PostgreSQL process', () => {
  it('Q-15: needs its password and its own dumps, and no more', () => {
    const stack = stackOf()
    const statements = postgresStatements(postgres(stack)).map(statement => stack.resolve(statement.toStatementJson()))
    expect(statements.map(({ Action }) => Action)).toEqual([
      'ssm:GetParameter',
      ['s3:GetObject', 's3:PutObject', 's3:DeleteObject'],
      's3:ListBucket',
    ])
    expect(JSON.stringify(statements)).toContain('backups/*')
  })

  it.each([
    [{ schedule: 'daily' }, /is no schedule/],
    [{ schedule: 'cron(0 3 * * * *)' }, /is no schedule/],
    [{ schedule: 'cron(0 3 L * ? *)' }, /is no schedule/],
    [{ schedule: 'rate(0 hours)' }, /is no schedule/],
    [{ key: 'backups' }, /give a prefix/],
    [{ keep: 0 }, /give 1 or more/],
  ])('refuses %j', (wrong, because) => {
    const stack = stackOf()
    expect(() => workloadDocument({ database: postgres(stack, wrong) })).toThrow(because)
  })

  it('is one on an instance', () => {
    const stack = stackOf()
    const process = postgres(stack)
    expect(() => workloadDocument({ one: process, two: process })).toThrow(/one PostgreSQL, not 2: one, two/)
  })
})

describe('options of the user data', () => {
  it.each([
    [{ endWhenUnused: Duration.seconds(90) }, /whole minutes/],
    [
      {
        agent: {
          metrics: {
            ...AGENT.metrics,
            metrics_collected: { cpu: { measurement: [], metrics_collection_interval: 5 } },
          },
        },
      },
      /give 10 s or more/,
    ],
  ])('%j are refused', (wrong, because) => expect(() => userData(wrong)).toThrow(because))
})

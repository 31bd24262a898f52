import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { Stack } from 'aws-cdk-lib'
import { describe, expect, it } from 'vitest'
import { fakeMachine } from '../../test/fake-machine.ts'
import type { WorkloadDocument } from './document.ts'
import type { LinuxUsers } from './linux-users.ts'
import { workloadUserData } from './user-data.ts'

const SECRET = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:database-AbCdEf'
const PARAMETER = 'arn:aws:ssm:us-east-1:123456789012:parameter/shop/session/secret'
const IMAGE = '123456789012.dkr.ecr.us-east-1.amazonaws.com/assets:0a1b'
const tools = spawnSync('jq', ['--version']).status === 0 && spawnSync('bash', ['--version']).status === 0
const skipped = tools ? '' : ' (skipped: bash and jq are not both installed)'

describe.skipIf(!tools)(`the start script of an instance${skipped}`, () => {
  it('runs the container with its environment, and secrets in the environment only', () => {
    const machine = fakeMachine({ [SECRET]: '{"username":"admin","password":"s3cret \\"quoted\\" $HOME"}' })
    const done = machine.run(userData(api({ DATABASE_SECRET: SECRET, DATABASE_PASSWORD: `${SECRET}:password` })))
    expect(done).toMatchObject({ status: 0 })
    expect(machine.containerEnvironment()).toMatchObject({
      HOST: '0.0.0.0',
      PORT: '8000',
      GREETING: "it's\ntwo lines",
      DATABASE_SECRET: '{"username":"admin","password":"s3cret \\"quoted\\" $HOME"}',
      DATABASE_PASSWORD: 's3cret "quoted" $HOME',
    })
    expect(machine.calls().join('\n')).not.toContain('s3cret')
    expect(done.output).not.toContain('s3cret')
    const [run] = machine.calls().filter(call => call.startsWith('docker run'))
    expect(run).toContain('--restart always --network host')
    expect(run).toContain('awslogs-group=the-log --log-opt awslogs-stream=api/i-0123456789abcdef0')
    expect(run).toMatch(new RegExp(` --env DATABASE_SECRET --env DATABASE_PASSWORD ${IMAGE}$`))
  })

  it('S-10: reads a SecureString by its ARN, decrypted, into the environment only', () => {
    const machine = fakeMachine({ [PARAMETER]: 'a=b c' })
    expect(machine.run(userData(api({ SESSION_SECRET: PARAMETER })))).toMatchObject({ status: 0 })
    expect(machine.containerEnvironment()).toMatchObject({ SESSION_SECRET: 'a=b c' })
    expect(machine.calls()).toContainEqual(
      `aws ssm get-parameter --with-decryption --name ${PARAMETER} --query Parameter.Value --output text`,
    )
    expect(machine.calls().join('\n')).not.toContain('a=b c')
  })

  it('S-01: puts the zone of the instance into the configuration of NGINX', () => {
    const machine = fakeMachine()
    machine.run(userData({ processes: { web: { nginx: 'add_header X-Served-By "@zone@";', port: 80 } } }))
    expect(readFileSync(join(machine.root, 'etc/nginx/terrace.conf'), 'utf8')).toBe(
      'add_header X-Served-By "us-east-1b";\n',
    )
  })

  it('S-11: makes the users with what each may do as root, checked before it counts', () => {
    const machine = fakeMachine()
    const users = {
      operate: { purpose: 'starts and stops', commands: ['/usr/bin/docker ps', '/usr/bin/docker logs --tail=20 api'] },
      'read-only': { purpose: 'looks', commands: [] },
    }
    expect(machine.run(userData(api({}), users))).toMatchObject({ status: 0 })
    const calls = machine.calls()
    const made = ['operate', 'read-only'].map(name => calls.indexOf(`useradd --create-home --shell /bin/bash ${name}`))
    const checked = calls.findIndex(call => call.startsWith('visudo -c -q -f'))
    expect(made.every(at => at >= 0 && at < checked)).toBe(true)
    expect(JSON.parse(readFileSync(join(machine.root, 'etc/terrace/users.json'), 'utf8'))).toEqual({ users })
    expect(readFileSync(join(machine.root, 'etc/sudoers.d/terrace'), 'utf8')).toBe(
      'operate ALL=(root) NOPASSWD: /usr/bin/docker ps, /usr/bin/docker logs --tail\\=20 api\n',
    )
    expect(statSync(join(machine.root, 'etc/sudoers.d/terrace')).mode & 0o777).toBe(0o440)
  })

  it('waits until the process is ready, then tells CloudFormation that all went well', () => {
    const machine = fakeMachine()
    machine.run(userData(api({})))
    const last = machine.calls().slice(-2)
    expect(last[0]).toMatch(/^curl .*http:\/\/127\.0\.0\.1:8000\/readyz$/)
    expect(last[1]).toBe('cfn-signal --exit-code 0 --region us-east-1 --stack test --resource AppGroup')
  })

  it('tells CloudFormation that it failed when a secret cannot be read, and starts nothing', () => {
    const machine = fakeMachine()
    const { status } = machine.run(userData(api({ DATABASE_SECRET: SECRET })))
    expect(status).not.toBe(0)
    expect(machine.calls().at(-1)).toMatch(/^cfn-signal --exit-code [1-9]/)
    expect(machine.calls().filter(call => call.startsWith('docker run'))).toEqual([])
  })

  it('starts the same again when it runs twice', () => {
    const machine = fakeMachine()
    machine.run(userData(api({})))
    expect(machine.run(userData(api({}))).status).toBe(0)
    const docker = machine.calls().filter(call => /^docker (rm|run)/.test(call))
    expect(docker.map(call => call.split(' ')[1])).toEqual(['rm', 'run', 'rm', 'run'])
  })

  it('I-15: goes on without a helper that does not start, and waits for none', () => {
    const machine = fakeMachine()
    const helper = { image: 'public.ecr.aws/none/collector:1', environment: { A: 'b' }, restart: 'always' } as const
    const { processes } = api({})
    const failing = userData({ processes: { ...processes, collector: helper } }).replace(
      'retry docker pull --quiet "$image"',
      'if is_helper "$name"; then exit 1; fi',
    )
    const { status, output } = machine.run(failing)
    expect(status).toBe(0)
    expect(output).toContain('collector did not start; the others go on')
    expect(machine.run(userData({ processes: { ...processes, collector: helper } }))).toMatchObject({ status: 0 })
    expect(machine.containerEnvironment()).toMatchObject({ A: 'b' })
    expect(machine.calls().filter(call => call.startsWith('curl') && call.includes('/readyz'))).toHaveLength(2)
  })

  it('keeps the document, which names secrets, from other users', () => {
    const machine = fakeMachine()
    machine.run(userData(api({})))
    expect(statSync(join(machine.root, 'etc/terrace')).mode & 0o777).toBe(0o700)
  })

  it('fetches a folder or one object, then starts NGINX with its configuration', () => {
    const machine = fakeMachine()
    const { status } = machine.run(
      userData({
        processes: {
          web: {
            nginx: 'server { listen 80; set $api "x"; }\n',
            port: 80,
            files: [
              { s3: 's3://site/', path: '/srv/site' },
              { s3: 's3://site/one.txt', path: '/srv/one.txt' },
            ],
          },
        },
      }),
    )
    expect(status).toBe(0)
    const calls = machine.calls()
    expect(calls).toContainEqual(
      expect.stringMatching(/^aws s3 sync --delete --only-show-errors s3:\/\/site\/ \S+\/srv\/site$/),
    )
    expect(calls).toContainEqual(
      expect.stringMatching(/^aws s3 cp --only-show-errors s3:\/\/site\/one\.txt \S+\/srv\/one\.txt$/),
    )
    expect(readFileSync(join(machine.root, 'etc/nginx/terrace.conf'), 'utf8')).toContain(
      'server { listen 80; set $api "x"; }',
    )
    expect(existsSync(join(machine.root, 'etc/nginx/nginx.conf'))).toBe(true)
    expect(calls.indexOf('nginx -t')).toBeLessThan(calls.indexOf('systemctl restart nginx'))
    expect(calls.filter(call => call.startsWith('docker'))).toEqual([])
  })
})

const api = (secrets: Readonly<Record<string, string>>): WorkloadDocument => ({
  processes: {
    api: { image: IMAGE, port: 8000, environment: { GREETING: "it's\ntwo lines" }, secrets, restart: 'always' },
  },
})

function userData(document: WorkloadDocument, users?: LinuxUsers): string {
  const stack = new Stack(undefined, 'test')
  const data = workloadUserData(stack, document, {
    logGroupName: 'the-log',
    signals: 'AppGroup',
    ...(users && { users }),
  })
  return String(stack.resolve(data.render()))
}

import { describe, expect, it } from 'vitest'
import { noAssets } from '../assembly/asset-index.ts'
import { readWorkload, workloadText } from './read-workload.ts'

const place = { file: 'template.yaml', line: 7 }
const read = (document: unknown) => readWorkload(document, noAssets, place)
const secret = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:database-a1b2c3'

describe('the workload document in user data', () => {
  it('L-12 is found between the lines of its heredoc', () => {
    const script =
      "#!/bin/bash\nset -e\ncat > /etc/terrace/workload.json <<'TERRACE_WORKLOAD'\n{\n}\nTERRACE_WORKLOAD\nstart\n"
    expect(workloadText(script)).toBe('{\n}')
    expect(workloadText(script.replaceAll('\n', '\r\n'))).toBe('{\r\n}')
  })

  it('is not there when the script writes none', () =>
    expect(workloadText('#!/bin/bash\necho hello\n')).toBeUndefined())
})

describe('a workload document', () => {
  it('L-18 has processes from images and NGINX, with files from S3', () => {
    const files = [{ s3: 's3://bucket/site/', path: '/srv/site' }]
    const { processes } = read({
      processes: {
        api: { image: 'example.com/api:1', port: 8000, environment: { N: 1 }, secrets: { S: secret } },
        web: { nginx: 'server {}', port: 80, files, restart: 'no' },
      },
    })
    expect(processes).toEqual([
      {
        kind: 'image',
        name: 'api',
        image: { kind: 'remote', uri: 'example.com/api:1' },
        port: 8000,
        environment: { N: '1' },
        secrets: { S: secret },
        files: [],
        restart: 'always',
      },
      {
        kind: 'nginx',
        name: 'web',
        configuration: 'server {}',
        port: 80,
        files: [{ source: 's3://bucket/site/', path: '/srv/site' }],
        restart: 'no',
      },
    ])
  })

  it('S-10: may name a SecureString of Parameter Store, and a process that is not started again', () => {
    const secrets = { S: 'arn:aws:ssm:us-east-1:123456789012:parameter/shop/session/secret' }
    const { processes } = read({ processes: { api: { image: 'x', secrets, restart: 'never' } } })
    expect(processes).toMatchObject([{ secrets, restart: 'no' }])
  })

  it('Q-19: has a PostgreSQL with its data and its dumps', () => {
    const postgres = { version: 16, database: 'quiz', username: 'quiz', password: secret, data: '/data/postgres' }
    const backups = { s3: 's3://bucket/backups/', schedule: 'rate(6 hours)', keep: 28 }
    const { processes } = read({ processes: { database: { postgres: { ...postgres, backups }, port: 5432 } } })
    expect(processes).toEqual([
      {
        kind: 'postgres',
        name: 'database',
        ...postgres,
        version: '16',
        port: 5432,
        backups: { target: 's3://bucket/backups/', schedule: 'rate(6 hours)', keep: 28 },
        files: [],
        restart: 'always',
      },
    ])
  })

  it.each([
    [{ password: 'plain' }, 'processes.database.postgres.password: must be the ARN'],
    [{ data: 'postgres' }, 'processes.database.postgres.data: must be an absolute path'],
    [{ database: 'Quiz; --' }, 'processes.database.postgres.database: must be small letters'],
    [{ backups: { s3: 's3://bucket/x', schedule: 'rate(1 day)', keep: 1 } }, 'backups.s3: must look like'],
    [{ backups: { s3: 's3://bucket/', schedule: 'daily', keep: 1 } }, 'backups.schedule: must look like'],
    [{ backups: { s3: 's3://bucket/', schedule: 'rate(1 day)', keep: 0 } }, 'backups.keep'],
  ])('of a PostgreSQL, %j is refused', (wrong, text) => {
    const postgres = { version: '16', database: 'q', username: 'q', password: secret, data: '/d', ...wrong }
    expect(() => read({ processes: { database: { postgres, port: 5432 } } })).toThrow(text)
  })

  it('may be empty, for a bastion', () => expect(read('{ "processes": {} }')).toEqual({ processes: [] }))

  it.each([
    ['{', 'the workload document is no JSON'],
    [{}, 'processes'],
    [{ processes: { api: { port: 1 } } }, 'processes.api.image'],
    [{ processes: { api: { image: 'x', port: 0 } } }, 'processes.api.port'],
    [{ processes: { api: { image: 'x', prot: 80 } } }, 'prot'],
    [{ processes: { web: { nginx: 'x' } } }, 'processes.web.port'],
    [{ processes: { api: { image: 'x', secrets: { S: 'password' } } } }, 'processes.api.secrets.S: must be the ARN'],
    [
      { processes: { api: { image: 'x', files: [{ s3: 'bucket', path: '/x' }] } } },
      'processes.api.files.0.s3: must look',
    ],
    [{ processes: { api: { image: 'x', files: [{ s3: 's3://b/k', path: 'x' }] } } }, 'processes.api.files.0.path'],
  ])('%j is refused, naming the path', (document, text) => {
    expect(() => read(document)).toThrow(expect.objectContaining({ code: 'LOAD_BAD_WORKLOAD', place }))
    expect(() => read(document)).toThrow(text)
  })
})

import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestCloud, type TestCloud } from '../../gateway/testing.ts'
import { findInPath } from '../../programs/find.ts'
import { findInstalled } from '../../programs/programs.ts'
import { rdsService } from './index.ts'
import { libraryDatabase, subnet, surroundings, VPC } from './testing.ts'

const aws = findInPath('aws', process.env.PATH ?? '')
const mariadb = await findInstalled('mariadb')
const missing = aws ? (mariadb ? undefined : 'MariaDB is not installed') : 'the AWS CLI is not installed'

describe.skipIf(missing)(`an operator's session with the AWS CLI${missing ? ` (skipped: ${missing})` : ''}`, () => {
  let cloud: TestCloud
  let templates = ''
  beforeAll(async () => {
    templates = await mkdtemp(join(tmpdir(), 'terrace-templates-'))
    const nodes = [
      VPC,
      subnet('a', '10.0.1.0/24'),
      subnet('b', '10.0.2.0/24'),
      libraryDatabase({ multiAz: true, backupRetentionDays: 1 }),
    ]
    cloud = await startTestCloud({ nodes, services: [surroundings, rdsService({ embedded: 'never', templates })] })
  })
  afterAll(async () => {
    await cloud?.running.at(-1)?.stop()
    await cloud?.world.supervisor.stopAll(1000)
    await cloud?.stop()
    await rm(templates, { recursive: true })
  })

  async function rds(...words: readonly string[]): Promise<string> {
    const { stdout } = await promisify(execFile)(
      aws ?? 'aws',
      ['rds', ...words, '--endpoint-url', cloud.gateway.url, '--output', 'text'],
      {
        env: {
          PATH: process.env.PATH ?? '',
          HOME: templates,
          AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
          AWS_SECRET_ACCESS_KEY: 'example',
          AWS_DEFAULT_REGION: 'us-east-1',
        },
      },
    )
    return stdout.trim()
  }

  it('looks at the database, fails it over, saves it, and looks again', { timeout: 60_000 }, async () => {
    await cloud.world.journal.find(({ kind }) => kind === 'rds.snapshot')
    const databases = await cloud.world.ports.need('databases')
    await expect.poll(() => databases.all[0]?.status).toBe('available')
    const look = [
      'describe-db-instances',
      '--query',
      'DBInstances[].[DBInstanceStatus,AvailabilityZone,SecondaryAvailabilityZone]',
    ]
    const next = (kind: string) => cloud.world.journal.next(entry => entry.kind === kind)
    expect(await rds(...look)).toBe('available\tus-east-1b\tus-east-1a')
    const synchronous = next('rds.synchronous')
    const reboot = ['reboot-db-instance', '--db-instance-identifier', 'library-db', '--force-failover']
    expect(await rds(...reboot, '--query', 'DBInstance.DBInstanceStatus')).toBe('rebooting')
    await synchronous
    expect(await rds(...look)).toBe('available\tus-east-1a\tus-east-1b')
    const events = ['describe-events', '--source-type', 'db-instance', '--source-identifier', 'library-db']
    expect(await rds(...events, '--event-categories', 'failover', '--query', 'Events[].Message')).toContain(
      'Multi-AZ instance failover completed.',
    )
    const snapshot = next('rds.snapshot')
    await rds('create-db-snapshot', '--db-instance-identifier', 'library-db', '--db-snapshot-identifier', 'today')
    await snapshot
    const saved = ['describe-db-snapshots', '--snapshot-type', 'manual']
    expect(await rds(...saved, '--query', 'DBSnapshots[].[DBSnapshotIdentifier,Status]')).toBe('today\tavailable')
    const restored = next('rds.restored')
    const target = ['--source-db-instance-identifier', 'library-db', '--target-db-instance-identifier', 'yesterday']
    await rds('restore-db-instance-to-point-in-time', ...target, '--use-latest-restorable-time')
    await restored
  })
})

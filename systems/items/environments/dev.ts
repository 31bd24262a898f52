import type { Environment } from './environment.ts'

/** For trying things out: small, cheap, gone with one command. */
export const dev: Environment = {
  name: 'dev',
  domainName: 'dev.items.example.com',
  network: { cidr: '10.20.0.0/16', zones: 3, nat: 'single' },
  frontend: { instanceType: 't3.micro', scaling: { min: 2, desired: 2, max: 4, cpuPercent: 60 } },
  api: {
    size: { cpu: 256, memoryLimitMiB: 1024 },
    scaling: { min: 2, desired: 2, max: 4, cpuPercent: 60, requestsPerTask: 3000 },
  },
  table: { recoveryDays: 1, whenDeleted: 'delete' },
  // A load test from one machine at 200 a second stays below.
  requestsPerAddress: 100_000,
  logDays: 7,
  tracedPart: 1,
  rotationDays: 30,
  deletionProtection: false,
  alarms: {
    cpuPercent: 90,
    memoryPercent: 90,
    diskPercent: 85,
    failuresPerMinute: 20,
    slowestHundredthSeconds: 2,
    throttledPerMinute: 10,
  },
}

import type { Environment } from './environment.ts'

/** For everybody: one of each in every zone at least, and nothing that one command takes away. */
export const prod: Environment = {
  name: 'prod',
  domainName: 'items.example.com',
  network: { cidr: '10.30.0.0/16', zones: 3, nat: 'per-zone' },
  frontend: { instanceType: 't3.small', scaling: { min: 3, desired: 3, max: 9, cpuPercent: 50 } },
  api: {
    size: { cpu: 512, memoryLimitMiB: 1024 },
    scaling: { min: 3, desired: 3, max: 12, cpuPercent: 50, requestsPerTask: 6000 },
  },
  table: { recoveryDays: 35, whenDeleted: 'keep' },
  requestsPerAddress: 2000,
  logDays: 365,
  tracedPart: 0.1,
  rotationDays: 30,
  deletionProtection: true,
  alarms: {
    cpuPercent: 80,
    memoryPercent: 80,
    diskPercent: 75,
    failuresPerMinute: 10,
    slowestHundredthSeconds: 1,
    throttledPerMinute: 1,
  },
}

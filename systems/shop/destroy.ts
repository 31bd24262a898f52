import { destroy } from '@terrace/constructs/operate'

// In the reverse order of `deploy.ts`: compute, database, security, networking. The SecureStrings stay.
process.exitCode = await destroy({
  app: import.meta.dirname,
  what: 'the four stacks of the shop',
  zoneStack: 'shop-networking',
  region: 'us-east-1',
})

import { destroy } from '@terrace/constructs/operate'

// What stays, on purpose: the bucket with pictures and dumps, a snapshot of the volume, and the SecureStrings.
process.exitCode = await destroy({
  app: import.meta.dirname,
  what: 'the stack "quiz"',
  zoneStack: 'quiz',
  region: 'us-east-1',
})

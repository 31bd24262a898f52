export * from './journal.ts'
export * from './logs.ts'
export { endLeftovers } from './processes/leftovers.ts'
export { type Cloud, type CloudOptions, notEmulatedIn, type ProgressStep, startCloud } from './start.ts'

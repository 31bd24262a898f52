export { type Command, POSTGRES_ENVIRONMENT, postgresCommand, runPostgres } from '../../../programs/postgres.ts'

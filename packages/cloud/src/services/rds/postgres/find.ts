export { findPostgres, INSTALL_POSTGRES, type PostgresPrograms } from '../../../programs/postgres.ts'

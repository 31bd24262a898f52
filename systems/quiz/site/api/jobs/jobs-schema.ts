/** Where the jobs' tables are, beside the site's own. */
export const JOBS_SCHEMA = 'jobs'

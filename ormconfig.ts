import 'reflect-metadata';
import { loadConfig } from './src/platform/config/config.js';
import { createDataSource } from './src/platform/database/data-source.js';

/** For TypeORM's command line, after a build: `npx typeorm migration:show -d dist/ormconfig.js`. */
export default createDataSource(loadConfig(process.env));

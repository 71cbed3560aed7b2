import { existsSync, readFileSync } from 'node:fs';
import { DockerfileParser } from 'dockerfile-ast';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { CONFIG_NAMES } from '../../src/platform/config/config.js';

interface Service {
  readonly image?: string;
  readonly build?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly depends_on?: Readonly<Record<string, { condition: string }>>;
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly command?: readonly string[];
  readonly healthcheck?: { readonly test: readonly string[] };
}

interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: Readonly<Record<string, unknown>>;
}

// No engine runs where the tests do, so the files are held against what they have to say.
describe('docker-compose.yml', () => {
  const compose = parse(readFileSync('docker-compose.yml', 'utf8'), { merge: true }) as Compose;
  const { api, worker, mysql, redis } = compose.services;

  it('brings MySQL 8.4, Redis, an api and a worker, and nothing else', () => {
    expect(Object.keys(compose.services).toSorted()).toEqual(['api', 'mysql', 'redis', 'worker']);
    expect(mysql?.image).toBe('mysql:8.4');
    expect(redis?.image).toMatch(/^redis:\d/);
    expect([api?.build, worker?.build]).toEqual(['.', '.']);
    expect([api?.environment?.['ROLE'], worker?.environment?.['ROLE']]).toEqual(['api', 'worker']);
  });

  it.each([
    ['api', api],
    ['worker', worker],
  ])('sets for %s only variables that are read, and the four that several processes need', (_, service) => {
    const names = Object.keys(service?.environment ?? {});
    expect(CONFIG_NAMES).toEqual(expect.arrayContaining(names));
    expect(names).toEqual(
      expect.arrayContaining(['DATABASE_URL', 'REDIS_URL', 'SECRETS_KEY', 'ADMIN_API_KEYS']),
    );
  });

  it('names in the addresses the services that are there, and waits until they are healthy', () => {
    for (const service of [api, worker]) {
      for (const name of ['mysql', 'redis']) {
        const addresses = `${service?.environment?.['DATABASE_URL'] ?? ''} ${service?.environment?.['REDIS_URL'] ?? ''}`;
        expect(addresses).toMatch(new RegExp(`[@/]${name}:\\d+`));
        expect(service?.depends_on?.[name]?.condition).toBe('service_healthy');
        expect(compose.services[name]?.healthcheck?.test.length).toBeGreaterThan(1);
      }
    }
  });

  it('keeps what was accepted over a power cut, and has room for the largest body', () => {
    expect(mysql?.command).toEqual(
      expect.arrayContaining([
        '--innodb-flush-log-at-trx-commit=1',
        '--sync-binlog=1',
        '--max-allowed-packet=64M',
      ]),
    );
    expect(redis?.command?.join(' ')).toContain('--appendonly yes');
    expect(redis?.command?.join(' ')).toContain('--maxmemory-policy noeviction');
    for (const service of [mysql, redis]) {
      const volume = service?.volumes?.[0]?.split(':')[0] ?? '';
      expect(compose.volumes).toHaveProperty(volume);
    }
  });

  it('publishes the api on the loopback, and nothing else', () => {
    const published = Object.values(compose.services).flatMap(({ ports }) => ports ?? []);
    expect(published).toEqual(['127.0.0.1:3000:3000']);
  });
});

describe('Dockerfile', () => {
  const dockerfile = DockerfileParser.parse(readFileSync('Dockerfile', 'utf8'));
  const instructions = dockerfile.getInstructions();
  const lines = (keyword: string): string[] =>
    instructions
      .filter((instruction) => instruction.getKeyword() === keyword)
      .map((instruction) => instruction.getArgumentsContent() ?? '');

  it('copies only files that are there, and only from stages that are there', () => {
    const stages = lines('FROM').flatMap((line) => / AS (\w+)$/.exec(line)?.[1] ?? []);
    for (const copy of dockerfile.getCOPYs()) {
      const from = copy.getFromFlag()?.getValue();
      if (from !== undefined && from !== null) expect(stages).toContain(from);
      else {
        const sources = copy
          .getArguments()
          .slice(0, -1)
          .map((argument) => argument.getValue());
        for (const source of sources) expect([source, existsSync(source)]).toEqual([source, true]);
      }
    }
  });

  it('builds on a Node that we support, and runs as somebody without rights', () => {
    for (const from of lines('FROM'))
      expect(Number(/^node:(\d+)-slim/.exec(from)?.[1])).toBeGreaterThanOrEqual(20);
    expect(lines('USER')).toEqual(['node']);
    expect(lines('EXPOSE')).toEqual(['3000']);
    expect(lines('ENV').join(' ')).toContain('HOST=0.0.0.0');
  });

  it('starts what the build makes, and asks it for its health', () => {
    const [file] = (JSON.parse(lines('CMD').at(-1) ?? '[]') as string[]).slice(1);
    expect([file, existsSync(file ?? '')]).toEqual(['dist/src/main.js', true]);
    expect(lines('HEALTHCHECK')[0]).toContain('/health/live');
  });
});

import { Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { HandlerRegistry } from './application/handler-registry.js';

/** The handlers of all provider folders, for whoever runs them and whoever speaks of them. */
@Module({ imports: [DiscoveryModule], providers: [HandlerRegistry], exports: [HandlerRegistry] })
export class HandlersModule {}

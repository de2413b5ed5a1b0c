import 'reflect-metadata';
export { boot } from './modules/boot/boot';

# SPDX-License-Identifier: GPL-2.0-or-later
# `cpack`, in the build folder, makes two Debian packages: dmafp, and dmafp-dkms with
# the sources of the module.
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_COMPONENTS_ALL dmafp dkms)
set(CPACK_PACKAGE_CONTACT "dmafp developers <dmafp@example.org>")
set(CPACK_PROJECT_CONFIG_FILE ${PROJECT_BINARY_DIR}/cpack-environment.cmake)
set(CPACK_PRE_BUILD_SCRIPTS ${CMAKE_CURRENT_LIST_DIR}/normalize.cmake)
file(CONFIGURE OUTPUT cpack-environment.cmake CONTENT "set(ENV{SOURCE_DATE_EPOCH} ${DMAFP_EPOCH})
set(ENV{DMAFP_PREFIX} ${CPACK_PACKAGING_INSTALL_PREFIX})\n")

set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION kernel)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)

# Depends: what every use needs.  Recommends: what real machines need, then the lab.
set(CPACK_DEBIAN_DMAFP_PACKAGE_NAME dmafp)
set(CPACK_DEBIAN_DMAFP_PACKAGE_DEPENDS "kmod, cpio")
string(CONCAT CPACK_DEBIAN_DMAFP_PACKAGE_RECOMMENDS
  "dmafp-dkms (= ${PROJECT_VERSION}), fio, linux-perf, "
  "qemu-system-x86, linux-source-6.12, build-essential, xz-utils, flex, bison, bc, "
  "libelf-dev, libssl-dev, patch")
set(CPACK_DEBIAN_DMAFP_PACKAGE_SUGGESTS "grub2-common, llvm, linux-source-6.1, zstd")
set(CPACK_DEBIAN_DMAFP_DESCRIPTION "cost of patches on the Linux DMA mapping fast path
Measures what a patch does to dma_map_*() and its relatives once a device is
attached to its IOMMU, and says whether it costs anything, beside two controls
that must come out as a regression and as no change.
.
In the lab, kernels are built and booted in QEMU, with an NVMe controller and a
NIC behind an emulated IOMMU, and instructions are counted. On real machines it
measures time, with the module of the package dmafp-dkms.")

set(CPACK_DEBIAN_DKMS_PACKAGE_NAME dmafp-dkms)
set(CPACK_DEBIAN_DKMS_PACKAGE_ARCHITECTURE all)
set(CPACK_DEBIAN_DKMS_PACKAGE_DEPENDS "dkms (>= 2.8)")
set(CPACK_DEBIAN_DKMS_PACKAGE_ENHANCES dmafp)
set(CPACK_DEBIAN_DKMS_DESCRIPTION "module of dmafp, which measures DMA mapping (DKMS source)
The kernel module that dmafp measures with. It takes no device by itself: it
is bound by driver_override, to devices that do no DMA meanwhile.
.
It is built for each kernel whose headers are installed, by DKMS.")
# configure_file() for the modes, which are those of the archive
foreach(script dmafp.prerm dkms.postinst dkms.prerm)
  string(REGEX REPLACE "(.*)[.](.*)" "\\1/\\2" file ${script})
  string(REGEX MATCH "^[a-z]+" component ${script})
  string(TOUPPER ${component} component)
  configure_file(${CMAKE_CURRENT_LIST_DIR}/${script}.in ${PROJECT_BINARY_DIR}/package/${file}
    @ONLY FILE_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE
    WORLD_READ WORLD_EXECUTE)
  list(APPEND CPACK_DEBIAN_${component}_PACKAGE_CONTROL_EXTRA
    ${PROJECT_BINARY_DIR}/package/${file})
endforeach()

include(CPack)
cpack_add_component(dmafp)
cpack_add_component(dkms)
